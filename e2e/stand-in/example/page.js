const output = document.querySelector('output');
const show = (text) => (output.textContent = text);

window.api.onMenu(show);
document.querySelector('input').addEventListener('change', ({ target }) => {
  show(window.api.pathOf(target.files[0]));
});
const region = document.querySelector('[role=region]');
region.addEventListener('dragover', (event) => event.preventDefault());
region.addEventListener('drop', (event) => {
  event.preventDefault();
  show([...event.dataTransfer.files].map((file) => window.api.pathOf(file)).join());
});
window.addEventListener('keydown', (event) => {
  if (event.key === 'j') event.preventDefault(); // the page's own key, whatever the menu says
});
