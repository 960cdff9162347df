#include "CKernelsCompare.h"
void admf_kernels_present(void);
