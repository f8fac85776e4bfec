/* What a person may do anywhere on the page: paste a picture or its address, drop a file, press
   "/" for the words; and the page's language for screen readers. Sends "picture" { name, base64, bytes } or "address" "https://…".

   Only one listener at a time is on the document: Streamlit calls the export again at every change
   of data without cleaning up between. */

let current = null;

const busyWith = (target) =>
  target instanceof HTMLElement && target.closest("input, textarea, [contenteditable='true']");

async function sendFile(file, { data, setTriggerValue }) {
  if (file.size > data.limit) {
    setTriggerValue("picture", { name: file.name, base64: "", bytes: file.size });
    return;
  }
  const address = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  const base64 = address.slice(address.indexOf(",") + 1);
  setTriggerValue("picture", { name: file.name, base64, bytes: file.size });
}

function listen(component) {
  const stop = new AbortController();
  const on = (name, act, capture = false) =>
    document.addEventListener(name, act, { signal: stop.signal, capture });

  on("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) {
      event.preventDefault();
      sendFile(files.find((file) => file.type.startsWith("image/")) ?? files[0], component);
      return;
    }
    const text = event.clipboardData?.getData("text/plain").trim() ?? "";
    if (busyWith(event.target) || !/^https?:\/\/\S+$/i.test(text)) return;
    event.preventDefault();
    component.setTriggerValue("address", text);
  });

  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const uploader = (event) =>
    event.target instanceof Element && event.target.closest("[data-testid='stFileUploader']");
  on("dragover", (event) => {
    if (carriesFiles(event) && !uploader(event)) event.preventDefault();
  });
  // Streamlit's own field refuses a heavy file with a red mark and no word: it never gets one.
  const heavy = (files) => [...(files ?? [])].find((file) => file.size > component.data.limit);
  const refuse = (event, file) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    sendFile(file, component);
  };
  on(
    "change",
    (event) => {
      const file = uploader(event) && heavy(event.target.files);
      if (!file) return;
      refuse(event, file);
      event.target.value = "";
    },
    true,
  );
  on(
    "drop",
    (event) => {
      const file = uploader(event) && heavy(event.dataTransfer?.files);
      if (file) refuse(event, file);
    },
    true,
  );
  on("drop", (event) => {
    if (!carriesFiles(event) || uploader(event)) return;
    event.preventDefault(); // else the browser leaves the page for the picture
    const [file] = event.dataTransfer.files;
    if (file) sendFile(file, component);
  });

  on("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (busyWith(event.target)) return;
    const words = document.querySelector(`.st-key-${component.data.words} input`);
    if (!words) return;
    event.preventDefault();
    words.focus();
  });

  return () => stop.abort();
}

export default function pageEvents(component) {
  current?.();
  document.documentElement.lang = component.data.language;
  const stop = listen(component);
  current = stop;
  return () => {
    stop();
    if (current === stop) current = null;
  };
}
