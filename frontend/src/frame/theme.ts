// Runs before the first paint, so that a chosen theme never flashes. Small, blocking, and alone.
try {
  const theme = localStorage.getItem("meshview-theme");
  if (theme === "light" || theme === "dark") document.documentElement.classList.add(theme);
} catch {
  // No storage: the system's theme it is.
}

export {};
