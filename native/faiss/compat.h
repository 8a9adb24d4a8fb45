// faiss-node 0.5.1 expects faiss >= 1.7.4, where idx_t lives in namespace faiss; Debian 12 ships 1.7.3.
#pragma once
#include <faiss/Index.h>
#include <faiss/impl/IDSelector.h>

#if FAISS_VERSION_MAJOR == 1 && (FAISS_VERSION_MINOR < 7 || (FAISS_VERSION_MINOR == 7 && FAISS_VERSION_PATCH < 4))
namespace faiss {
using idx_t = Index::idx_t;
}
#endif
