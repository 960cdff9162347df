#!/usr/bin/env bash
# Holds the vector kernels of every instruction set against one another: `make kernels`. The same bits are asked of x86-64
# without vector instructions, with AVX2 and with AVX-512 (as far as this machine has them), and of arm64, which is
# emulated; Debian's and Ubuntu's cross libraries and qemu are installed where they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
compiler=$(command -v clang || echo "$(dirname "$(readlink -f "$(command -v swift)")")/clang")
folder=.build/kernels
mkdir -p "$folder"
sources=(Tests/Kernels/digest.c Sources/CKernels/*.c)
flags=(-O2 -Wall -ISources/CKernels/include -ISources/CKernels -lm)

"$compiler" "${sources[@]}" "${flags[@]}" -o "$folder/native"
"$folder/native" > "$folder/native.txt"
[ "$(sort -u "$folder/native.txt" | wc -l)" -eq 12 ] || { echo "kernels: digests repeat" >&2; exit 1; }
for level in portable avx2; do
    ADMF_VECTORS=$level "$folder/native" | cmp - "$folder/native.txt" || { echo "kernels: $level differs" >&2; exit 1; }
    echo "kernels: $level writes the bits of this machine's widest vectors"
done

if [ "$(uname -m)" = x86_64 ]; then
    if ! command -v qemu-aarch64 >/dev/null || [ ! -d /usr/aarch64-linux-gnu ]; then
        $(command -v sudo) apt-get update -qq
        $(command -v sudo) apt-get install -y -qq --no-install-recommends qemu-user libc6-dev-arm64-cross \
            libgcc-12-dev-arm64-cross binutils-aarch64-linux-gnu >/dev/null
    fi
    cross=$(ls -d /usr/lib/gcc-cross/aarch64-linux-gnu/* | tail -1)
    "$compiler" --target=aarch64-linux-gnu -fuse-ld=/usr/bin/aarch64-linux-gnu-ld -static -isystem /usr/aarch64-linux-gnu/include \
        -B "$cross" -L "$cross" -B /usr/aarch64-linux-gnu/lib -L /usr/aarch64-linux-gnu/lib \
        "${sources[@]}" "${flags[@]}" -o "$folder/arm64"
    qemu-aarch64 "$folder/arm64" | cmp - "$folder/native.txt" || { echo "kernels: arm64 differs" >&2; exit 1; }
    echo "kernels: arm64 writes the same bits"
fi
