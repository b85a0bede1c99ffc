"""docs/operating.md, "Keeping a register": what it shows is done as it is written."""
import re
import shlex

from registering import *
from serving import *

TEXT = (SOURCE / "docs/operating.md").read_text()
WITNESSES = 4


def shown(text):
    """The commands of indented blocks, those over two lines put together."""
    block = "\n".join(line[4:] for line in text.splitlines() if line.startswith("    "))
    return [line.split("  #")[0].strip() for line in block.replace("\\\n", " ").splitlines() if line.startswith("hallmark ")]


class Guide:
    """The reader of the guide: what stands for a key, an address or a folder in it is put in its place."""

    def __init__(self, folder):
        self.folder, self.words, self.processes = folder, {}, {}

    def put(self, line):
        for word in sorted(self.words, key=len, reverse=True):
            line = line.replace(word, str(self.words[word]))
        return shlex.split(line)[1:]

    def do(self, line, **more):
        return done(*self.put(line), cwd=self.folder, **more).stdout.decode()

    def key(self, line, word):
        self.words[word] = self.do(line).split()[-1]

    def start(self, name, line, *more):
        words = self.put(line)
        at = words.index("--listen")
        del words[at:at + 2]
        self.processes[name] = Process(self.folder, *words, *more, cwd=self.folder)
        return self.processes[name].url


def one(lines, beginning):
    found = [line for line in lines if line.startswith(beginning)]
    equal(len(found), 1)
    return found[0]


def run_witnesses(guide, lines, text):
    """As many as the guide's file names, each as its one example says."""
    for n in range(1, WITNESSES + 1):
        mine = [line.replace("w1", f"w{n}").replace("/var/lib/hallmark-witness", f"state{n}") for line in lines if "w1.key" in line]
        guide.key(mine[0], f"W{n}-VKEY")
        url = guide.start(f"w{n}", mine[1])
        guide.words[re.search(rf"^    witness w{n} \S+ (\S+)/$", text, re.M).group(1)] = url
    file = "\n".join(line[4:] for line in re.findall(r"^    (?:witness|group|quorum) .*", text, re.M)) + "\n"
    for word in sorted(guide.words, key=len, reverse=True):
        file = file.replace(word, guide.words[word])
    (guide.folder / "witnesses.txt").write_text(file)


@test
@scratch
def the_guide_is_done_as_it_is_written(folder):
    text = TEXT[TEXT.index("## Keeping a register"):]
    lines, guide = shown(text), Guide(folder)
    (folder / "diskvault-4.2.msi").write_text("a file to certify")
    guide.words["hallmark scan /"] = f"hallmark scan {SOURCE / 'examples/2017/root'}"
    guide.key(one(lines, "hallmark key new log.key"), "LOG-VKEY")
    guide.key(one(lines, "hallmark key new ncsc.key"), "OLD-VKEY")
    guide.key("hallmark key new lab.key --name lab.example --for party", "LAB-VKEY")
    guide.key("hallmark key new agency-a.key --name agency-a.example --for party", "AGENCY-VKEY")
    run_witnesses(guide, lines, text)

    rest = [line for line in lines if not line.startswith("hallmark key new") and " witness " not in line]
    service = one(rest, "hallmark register serve DIR")
    for line in rest[:rest.index(service)]:
        guide.do(line)
    guide.words["policy.txt"] = folder / "DIR/policy.txt"
    guide.words["http://127.0.0.1:8080"] = guide.start("serve", service)
    rotation = one(rest, "hallmark register rotate")
    for line in rest[rest.index(service) + 1:rest.index(rotation)]:
        guide.do(line, codes=(0, 1) if line.startswith("hallmark scan") else (0,))
    assert (folder / "receipt.tlog-proof.entry").read_text().startswith("hallmark/report/v1\n")
    guide.key(one(lines, "hallmark key new ncsc-2.key"), "NEW-VKEY")
    guide.do(rotation.replace("2018-01-01", time.strftime("%Y-%m-%d", time.gmtime())))
    guide.do(one(rest, "hallmark register mirror"))
    newest = (folder / "DIR/checkpoint").read_text().splitlines()[1]
    bundle = f"tile/entries/000.p/{newest}"
    (folder / "DIR" / bundle).write_bytes(b"torn")
    audit = one(rest, "hallmark register audit")
    assert bundle in done(*guide.put(audit), cwd=folder, codes=(1,)).stderr.decode()
    shutil.copy(folder / "COPY" / bundle, folder / "DIR" / bundle)
    guide.do(audit)

    copy = Process(folder, "register", "serve", folder / "COPY", "--heartbeat", "1")
    time.sleep(1.3)
    equal((copy.end(), copy.told()), (0, ""))
    for process in guide.processes.values():
        equal((process.end(), process.told()), (0, ""))


main()
