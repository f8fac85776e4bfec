/* Boxes over a picture: choose one, draw one, correct one; by mouse, touch and keyboard.

   Python sends { turn, photo, picture, alt, width, height, marks, chosen, busy, labels }; a mark is
   { box: [left, top, right, bottom], region, label } in the photo's own pixels. What a person chose goes
   back once, on release: { photo, region, box }, one of the last two null, both for the whole.

   Streamlit calls the exported function again at every change of data and does not clean up
   between, so one Stage a mount is kept and fed; nor does it keep the order of two quick changes,
   so one with a lower turn is late and dropped. */

const CLICK_SLOP = 6; // CSS pixels that a click may wander
const SMALLEST = 12; // CSS pixels: a crop smaller than this is a slip of the hand
const KEY_PAUSE = 220; // ms after the last arrow key before a crop is sent
const STEP = 0.01; // an arrow key moves by this share of the longer side
const CORNERS = ["nw", "ne", "se", "sw"];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const same = (a, b) => Boolean(a && b) && a.every((side, i) => Math.abs(side - b[i]) < 1);

class Stage {
  constructor(root) {
    this.frame = root.querySelector(".frame");
    this.picture = root.querySelector("img");
    this.shade = root.querySelector(".shade");
    this.layer = root.querySelector(".marks");
    this.handles = root.querySelector(".handles");
    this.hint = root.querySelector(".hint");
    this.marks = new Map(); // name → button, so that focus survives an update
    this.draft = null; // a crop that Python has not answered yet
    this.gesture = null;
    this.timer = 0;
    for (const corner of CORNERS) {
      const handle = document.createElement("span");
      handle.className = `handle ${corner}`;
      handle.dataset.corner = corner;
      this.handles.append(handle);
    }
    this.frame.addEventListener("pointerdown", (event) => this.press(event));
    this.frame.addEventListener("pointermove", (event) => this.move(event));
    this.frame.addEventListener("pointerup", (event) => this.release(event));
    this.frame.addEventListener("pointercancel", () => this.drop());
    this.frame.addEventListener("keydown", (event) => this.key(event));
    this.frame.addEventListener("dragstart", (event) => event.preventDefault());
    this.followScroll();
  }

  update(data, send) {
    if (this.data && data.turn < this.data.turn) return;
    this.data = data;
    this.send = send;
    if (this.picture.getAttribute("src") !== data.picture) this.picture.src = data.picture;
    this.picture.alt = data.alt;
    this.frame.style.setProperty("--ratio", `${data.width / data.height}`);
    this.frame.setAttribute("aria-label", data.labels.surface);
    this.frame.classList.toggle("busy", data.busy);
    this.hint.textContent = data.labels.hint;
    if (this.gesture) return; // a hand is on it: the next update draws
    this.draft = null;
    this.draw();
  }

  /* ---------------------------------------------------------------- drawing */

  entries() {
    const chosen = this.draft ?? this.data.chosen;
    const place = (i) =>
      this.data.labels.product.replace("{n}", i + 1).replace("{of}", this.data.marks.length);
    const entries = this.data.marks.map((mark, i) => ({
      name: `region-${mark.region}`,
      number: `${i + 1}`,
      label: mark.label ? `${place(i)}: ${mark.label}` : place(i),
      title: mark.label,
      box: mark.box,
      chosen: same(mark.box, chosen),
    }));
    if (chosen && !entries.some((entry) => entry.chosen)) {
      const label = this.data.labels.crop;
      entries.push({ name: "crop", number: "", label, title: "", box: chosen, chosen: true });
    }
    return entries;
  }

  draw() {
    const entries = this.entries();
    const wanted = new Set(entries.map((entry) => entry.name));
    for (const [name, button] of this.marks) {
      if (wanted.has(name)) continue;
      const focused = button.matches(":focus");
      button.remove();
      this.marks.delete(name);
      if (focused) this.frame.focus({ preventScroll: true });
    }
    for (const entry of entries) {
      let button = this.marks.get(entry.name);
      if (!button) {
        button = document.createElement("button");
        button.type = "button";
        button.append(document.createElement("span"));
        this.marks.set(entry.name, button);
      }
      if (button.parentNode !== this.layer) this.layer.append(button);
      button.className = entry.chosen ? "mark chosen" : "mark";
      button.dataset.name = entry.name;
      button.setAttribute("aria-label", entry.label);
      button.title = entry.title;
      button.setAttribute("aria-pressed", `${entry.chosen}`);
      button.firstChild.textContent = entry.number;
      button.firstChild.hidden = entry.number === "";
      this.place(button, entry.box);
    }
    const chosen = entries.find((entry) => entry.chosen);
    this.shade.hidden = this.handles.hidden = !chosen;
    if (chosen) {
      this.place(this.handles, chosen.box);
      this.place(this.shade, chosen.box);
    }
  }

  place(element, [left, top, right, bottom]) {
    const { width, height } = this.data;
    element.style.left = `${(100 * left) / width}%`;
    element.style.top = `${(100 * top) / height}%`;
    element.style.width = `${(100 * (right - left)) / width}%`;
    element.style.height = `${(100 * (bottom - top)) / height}%`;
  }

  /* --------------------------------------------------------------- pointers */

  point(event) {
    const area = this.picture.getBoundingClientRect();
    const { width, height } = this.data;
    return [
      clamp(((event.clientX - area.left) / area.width) * width, 0, width),
      clamp(((event.clientY - area.top) / area.height) * height, 0, height),
    ];
  }

  perPixel() {
    return this.data.width / this.picture.getBoundingClientRect().width;
  }

  press(event) {
    if (event.button !== 0 || this.gesture || !event.isPrimary) return;
    const at = this.point(event);
    const chosen = this.draft ?? this.data.chosen;
    const corner = event.target.dataset?.corner;
    let kind = "new";
    if (corner && chosen) kind = "resize";
    else if (chosen && this.movable(chosen, at)) kind = "shift";
    const name = event.target.closest(".mark span")?.parentNode.dataset.name; // of a pressed number
    const { clientX: x, clientY: y } = event;
    this.gesture = { kind, corner, name, at, start: chosen, moved: false, x, y };
    this.frame.setPointerCapture(event.pointerId);
    this.frame.classList.add("held");
  }

  move(event) {
    const gesture = this.gesture;
    if (!gesture) return;
    const wandered = Math.hypot(event.clientX - gesture.x, event.clientY - gesture.y);
    if (!gesture.moved && wandered < CLICK_SLOP) return;
    gesture.moved = true;
    const at = this.point(event);
    if (gesture.kind === "new") this.draft = this.between(gesture.at, at);
    else if (gesture.kind === "shift") {
      this.draft = this.shifted(gesture.start, at[0] - gesture.at[0], at[1] - gesture.at[1]);
    } else this.draft = this.resized(gesture.start, gesture.corner, at);
    this.draw();
  }

  release(event) {
    const gesture = this.gesture;
    if (!gesture) return;
    this.gesture = null;
    this.frame.classList.remove("held");
    if (!gesture.moved) {
      this.tap(this.point(event), gesture.name);
      return;
    }
    const least = SMALLEST * this.perPixel();
    const [left, top, right, bottom] = this.draft;
    if (right - left < least || bottom - top < least) this.drop();
    else this.choose({ region: null, box: this.draft });
  }

  drop() {
    this.gesture = null;
    this.draft = null;
    this.frame.classList.remove("held");
    this.draw();
  }

  /* A found box fits already: its corners correct it, and a drag that begins in it draws a part of
     it. What one drew oneself is moved, unless it fills the picture. */
  movable(box, at) {
    const { width, height, marks } = this.data;
    const found = marks.some((mark) => same(mark.box, box));
    return !found && !same(box, [0, 0, width, height]) && this.inside(box, at);
  }

  /* Of boxes that overlap, the one whose number was tapped is meant; else the smallest. */
  tap(at, name) {
    const area = (box) => (box[2] - box[0]) * (box[3] - box[1]);
    const hits = this.data.marks.filter((mark) => this.inside(mark.box, at));
    hits.sort((a, b) => area(a.box) - area(b.box));
    const mark = this.marked(name) ?? hits[0];
    if (mark) this.choose({ region: mark.region, box: null, show: mark.box });
  }

  /* --------------------------------------------------------------- keyboard */

  key(event) {
    const name = event.target.dataset?.name;
    const arrow = ARROWS[event.key];
    if (event.key === "Escape") {
      this.choose({ region: null, box: null, show: null });
    } else if ((event.key === "Enter" || event.key === " ") && this.marked(name)) {
      const { region, box } = this.marked(name);
      this.choose({ region, box: null, show: box });
    } else if (arrow) {
      this.nudge(name, arrow, event.shiftKey);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  nudge(name, [x, y], resize) {
    const { width, height } = this.data;
    const step = Math.max(1, Math.round(STEP * Math.max(width, height)));
    const centre = [width * 0.2, height * 0.2, width * 0.8, height * 0.8].map(Math.round);
    const from = this.draft ?? this.marked(name)?.box ?? this.data.chosen ?? centre;
    const least = SMALLEST * this.perPixel();
    this.draft = resize
      ? [
          from[0],
          from[1],
          clamp(from[2] + x * step, from[0] + least, width),
          clamp(from[3] + y * step, from[1] + least, height),
        ]
      : this.shifted(from, x * step, y * step);
    this.draw();
    this.marks.get("crop")?.focus({ preventScroll: true });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.choose({ region: null, box: this.draft }), KEY_PAUSE);
  }

  /* ------------------------------------------------------------------ boxes */

  marked(name) {
    return this.data.marks.find((mark) => `region-${mark.region}` === name);
  }

  inside([left, top, right, bottom], [x, y]) {
    return x >= left && x < right && y >= top && y < bottom;
  }

  between([ax, ay], [bx, by]) {
    return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
  }

  shifted([left, top, right, bottom], x, y) {
    const dx = clamp(x, -left, this.data.width - right);
    const dy = clamp(y, -top, this.data.height - bottom);
    return [left + dx, top + dy, right + dx, bottom + dy];
  }

  resized([left, top, right, bottom], corner, [x, y]) {
    const fixed = [corner.includes("w") ? right : left, corner.includes("n") ? bottom : top];
    return this.between(fixed, [x, y]);
  }

  choose({ region, box, show }) {
    clearTimeout(this.timer);
    if (box) {
      const [left, top] = box.slice(0, 2).map(Math.floor);
      const [right, bottom] = box.slice(2).map(Math.ceil);
      box = [left, top, Math.min(right, this.data.width), Math.min(bottom, this.data.height)];
    }
    this.draft = box ?? show ?? null;
    if (!this.draft) this.data = { ...this.data, chosen: null };
    this.draw();
    this.send({ photo: this.data.photo, region, box });
  }

  /* On a phone the picture sticks to the top; it shrinks once results scroll under it. The two
     thresholds lie apart so that the change of height cannot flip it back. */
  followScroll() {
    const narrow = matchMedia("(max-width: 640px)");
    const host = this.frame.getRootNode().host ?? this.frame;
    const scroller = host.closest("[data-testid='stMain']") ?? document.documentElement;
    scroller.addEventListener(
      "scroll",
      () => {
        const small = this.frame.classList.contains("small");
        const far = scroller.scrollTop > (small ? 40 : 260);
        this.frame.classList.toggle("small", narrow.matches && far);
      },
      { passive: true },
    );
  }
}

const stages = new WeakMap();

export default function crop({ parentElement, data, setTriggerValue }) {
  let stage = stages.get(parentElement);
  if (!stage) {
    stage = new Stage(parentElement);
    stages.set(parentElement, stage);
  }
  stage.update(data, (choice) => setTriggerValue("choice", choice));
}
