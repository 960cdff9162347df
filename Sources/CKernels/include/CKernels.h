// Umbrella of the vector kernels. No kernel allocates, locks or keeps state of its own.
#ifndef ADMF_CKERNELS_H
#define ADMF_CKERNELS_H

#include "CKernelsAverages.h"
#include "CKernelsCompare.h"
#include "CKernelsMarks.h"
#include "CKernelsProducts.h"
#include "CKernelsReturns.h"
#include "CKernelsScan.h"

#endif
