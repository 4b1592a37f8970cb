#!/usr/bin/env python3
"""Runs mspans in terminals of several kinds and renders what they show as PNG files, to be looked at.

    eng/pictures.py FOLDER [NAME…]

Needs tmux, Python's imaging library (python3-pil), the font DejaVu Sans Mono, and a built tool
(dotnet build -c Release src/Mmap.Spans.Tool).
"""

import os
import re
import subprocess
import sys
import tempfile
import time

from PIL import Image, ImageDraw, ImageFont

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOL = os.path.join(ROOT, 'artifacts', 'bin', 'Mmap.Spans.Tool', 'release')
FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf'
FONT_SIZE = 14
BACKGROUND = (24, 24, 27)
FOREGROUND = (220, 220, 220)
LONGEST_WAIT_SECONDS = 120

BASIC = [(0, 0, 0), (205, 49, 49), (13, 188, 121), (229, 229, 16), (60, 130, 230), (188, 63, 188), (17, 168, 205), (229, 229, 229)]
BRIGHT = [(120, 120, 120), (241, 76, 76), (35, 209, 139), (245, 245, 67), (59, 142, 234), (214, 112, 214), (41, 184, 219), (255, 255, 255)]

# Name, columns, environment, command, and the seconds after which to look (None: when the command is done).
PICTURES = [
    (f'{what}-{kind}', columns, environment, command, after)
    for what, command, after in [
        ('help', 'mspans --help', None),
        ('help-inspect', 'mspans inspect --help', None),
        ('help-grep', 'mspans grep --help', None),
        ('compare', 'mspans compare big.log --rounds 3', None),
        ('inspect', 'mspans inspect big.log', None),
        ('inspect-lines', 'mspans inspect big.log -- lines --budget 64MiB', None),
        ('inspect-probe', 'mspans inspect big.log -- probe --window 1MiB --budget 64MiB --records 400000', 2.5),
        ('stats', 'mspans lines --stats big.log', None),
        ('bar', 'mspans hash -a sha512 big.log big.log big.log', 1.0),
    ]
    for kind, columns, environment in [
        ('wide', 200, {}),
        ('usual', 80, {}),
        ('narrow', 60, {}),
        ('nocolor', 100, {'NO_COLOR': '1'}),
        ('dumb', 80, {'TERM': 'dumb'}),
        ('ascii', 80, {'LC_ALL': 'en_US.ISO-8859-1'}),
    ]
]


def run(name, columns, environment, command, after, folder):
    """What the terminal shows, with its colours as escape sequences."""
    server = ['tmux', '-L', f'mspans-{os.getpid()}-{name}', '-f', '/dev/null']
    subprocess.run([*server, 'new-session', '-d', '-x', str(columns), '-y', '60', '-c', folder, 'bash --norc'], check=True)
    try:
        settings = ' '.join(f'{name}={value}' for name, value in {'PATH': f'{TOOL}:{os.environ["PATH"]}', **environment}.items())
        done = os.path.join(folder, 'done')
        script = os.path.join(folder, 'script')
        with open(script, 'w') as file:
            file.write(f'export {settings}\nclear\necho "$ {command}"\n{command}\ntouch {done}\n')
        subprocess.run([*server, 'send-keys', f'. {script}', 'Enter'], check=True)
        started = time.monotonic()
        while not os.path.exists(done) and time.monotonic() - started < (after or LONGEST_WAIT_SECONDS):
            time.sleep(0.1)
        shown = subprocess.run([*server, 'capture-pane', '-e', '-p'], check=True, capture_output=True, text=True).stdout
        return shown.rstrip('\n').split('\n')
    finally:
        subprocess.run([*server, 'kill-server'], check=False)
        if os.path.exists(os.path.join(folder, 'done')):
            os.remove(os.path.join(folder, 'done'))


def indexed(number):
    """The colour of a number in the table of 256."""
    if number < 8:
        return BASIC[number]
    if number < 16:
        return BRIGHT[number - 8]
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    steps = [0, 95, 135, 175, 215, 255]
    number -= 16
    return steps[number // 36], steps[number // 6 % 6], steps[number % 6]


def styled(lines):
    """The characters with their places and colours; a style lasts until it ends, also from line to line."""
    colour, bold, row, column = FOREGROUND, False, 0, 0
    for escape, text in re.findall(r'(\x1b\[[0-9;]*m|\x1b[()][A-Z0-9]|[\x0e\x0f])|([^\x1b\x0e\x0f])', '\n'.join(lines)):
        if text == '\n':
            row, column = row + 1, 0
            continue
        if text:
            yield row, column, text, BRIGHT[7] if bold and colour == FOREGROUND else colour
            column += 1
            continue
        codes = [int(code or 0) for code in escape[2:-1].split(';')] if escape.endswith('m') else []
        while codes:
            code = codes.pop(0)
            if code == 0:
                colour, bold = FOREGROUND, False
            elif code == 1:
                bold = True
            elif code == 39:
                colour = FOREGROUND
            elif 30 <= code < 38:
                colour = BASIC[code - 30]
            elif 90 <= code < 98:
                colour = BRIGHT[code - 90]
            elif code == 38 and codes[:1] == [5]:
                colour, codes = indexed(codes[1]), codes[2:]
            elif code == 38 and codes[:1] == [2]:
                colour, codes = tuple(codes[1:4]), codes[4:]


def draw(lines, columns, path):
    font = ImageFont.truetype(FONT, FONT_SIZE)
    width = font.getlength('M')
    height = FONT_SIZE + 4
    image = Image.new('RGB', (int(width * columns) + 8, height * len(lines) + 8), BACKGROUND)
    pen = ImageDraw.Draw(image)
    for row, column, character, colour in styled(lines):
        pen.text((4 + column * width, 4 + row * height), character, font=font, fill=colour)
    image.save(path)


def main():
    target, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    os.makedirs(target, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'big.log'), 'w') as file:
            for number in range(4_000_000):
                file.write(f'{number:08} {number * 2654435761 % 2**32:010} window region lease pin cursor backing budget {"timeout" if number % 5000 == 0 else "manager"}\n')
        for name, columns, environment, command, after in PICTURES:
            if wanted and not any(name.startswith(one) for one in wanted):
                continue
            draw(run(name, columns, environment, command, after, folder), columns, os.path.join(target, f'{name}.png'))
            print(name)


if __name__ == '__main__':
    main()
