void admf_kernels_present(void);
