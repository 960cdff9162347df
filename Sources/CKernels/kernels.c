#include "CKernels.h"
void admf_kernels_present(void) {}
