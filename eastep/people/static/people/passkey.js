// Says in the page what allauth's passkey script would only say in the console.
(() => {
  const show = (name) => {
    for (const box of document.querySelectorAll(`[data-passkey="${name}"]`)) box.hidden = false;
  };
  document.addEventListener("allauth.error", () => show("failed"));
  if (!window.PublicKeyCredential) show("unsupported");
})();
