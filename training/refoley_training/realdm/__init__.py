"""Re-AudioLDM (Yuan et al. 2023) at the paper's sizes, from the published AudioLDM, AudioMAE and T5: docs/re-audioldm.md."""
