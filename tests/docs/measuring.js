// What a reader would stumble over, as one record. Asked for through the browser's protocol.
(() => {
  const scrolls = (element) => element.closest(".scroll, .picture");
  const shown = (element) => element.checkVisibility();
  const said = (element) => element.textContent.trim().slice(0, 60);
  const colour = (text) => {
    const parts = text.match(/[\d.]+/g).map(Number);
    return parts.length < 4 ? [...parts, 1] : parts;
  };
  const ground = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const layer = colour(getComputedStyle(each).backgroundColor);
      layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((under, over) =>
      under.map((value, i) => value * (1 - over[3]) + over[i] * over[3]), [255, 255, 255]);
  };
  const luminance = (rgb) => rgb.slice(0, 3).map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const texts = [...document.querySelectorAll("main *")].filter((element) => shown(element)
    && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const faint = texts.filter((element) => {
    const style = getComputedStyle(element);
    const ink = element instanceof SVGElement ? style.fill : style.color;
    return contrast(colour(ink), ground(element)) < 4.5;
  });
  const edge = document.documentElement.clientWidth;
  const cut = texts.filter((element) => {
    if (scrolls(element)) return false;
    const range = document.createRange();
    range.selectNodeContents(element);
    const box = range.getBoundingClientRect();
    return box.left < -1 || box.right > edge + 1;
  });
  const hidden = [...document.querySelectorAll("main *")].filter((element) => {
    const style = getComputedStyle(element);
    return ["hidden", "clip"].includes(style.overflowX) && !(element instanceof SVGElement)
      && element.scrollWidth > element.clientWidth + 1;
  });
  const broken = [...document.querySelectorAll("tbody th")].filter((element) => shown(element)
    && element.textContent.trim().length > 15 && element.getBoundingClientRect().width < 90);
  const pictures = [...document.querySelectorAll("main svg")].filter(shown).map((svg) => {
    const frame = svg.getBoundingClientRect();
    const outside = [...svg.querySelectorAll("text")].filter((text) => {
      const box = text.getBoundingClientRect();
      return box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    });
    const drawn = [...svg.querySelectorAll("path")].filter((path) => {
      const [box, style] = [path.getBBox(), getComputedStyle(path)];
      return box.width + box.height > 0 && (style.fill !== "none" || style.stroke !== "none");
    });
    const container = svg.parentElement.getBoundingClientRect();
    return {
      label: svg.getAttribute("aria-label"), n_drawn: drawn.length,
      outside: outside.map(said), x: frame.left + scrollX, y: frame.top + scrollY,
      width: frame.width, height: frame.height,
      is_in_box: frame.top >= container.top - 1 && frame.bottom <= container.bottom + 1
        && frame.left >= container.left - 1
        && (frame.right <= container.right + 1
          || getComputedStyle(svg.parentElement).overflowX === "auto"),
    };
  });
  return {
    widths: [document.documentElement.scrollWidth, edge],
    faint: faint.map(said), cut: cut.map(said), hidden: hidden.map(said),
    broken: broken.map(said), pictures,
    ink: getComputedStyle(document.body).color,
    ground: getComputedStyle(document.body).backgroundColor,
  };
})()
