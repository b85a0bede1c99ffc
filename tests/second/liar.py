"""A keeper who holds the log's key and lies at random: in the entries, in the index tree, in the leaf, in what he
answers. Everything is signed as it should be, so that only the rules behind the signature stand in his way."""
import copy

from second import forge, trees

POLICY = forge.policy(b"quorum none\n", 0)
KEYS = (b"listed:ncsc-directory:token:northgate", b"listed:ncsc-directory:token:kaspersky", b"vendor:northgate", b"vendor:nobody",
        b"list:ncsc-directory", b"type:sealed", b"type:unknown", b"alias:nordtor", b"vendor-token:systems", b"directive:bod-17-01",
        b"report:bod-17-01:agency-a:identify", b"report:bod-17-01:agency-b:identify", b"listing:ncsc-directory",
        b"listed:ncsc-directory:token:Northgate", b"vendor:", b"token:northgate", b"vendor:north gate", b"")


class Leaf:
    def __init__(self, key, value):
        self.key, self.value = key, value

    def hash(self):
        return trees.sha256(self.key, self.value)


class Inner:
    def __init__(self, place, sides):
        self.place, self.sides = place, sides

    def hash(self):
        return trees.sha256(self.sides[0].hash(), self.sides[1].hash(), bytes([self.place]))


def grow(leaves):
    if len(leaves) == 1:
        return Leaf(*next(iter(leaves.items())))
    place = next(i for i in range(256) if len({trees.bit(key, i) for key in leaves}) == 2)
    return Inner(place, [grow({key: value for key, value in leaves.items() if trees.bit(key, place) == side}) for side in (0, 1)])


def inner_nodes(node):
    return [] if isinstance(node, Leaf) else [node, *inner_nodes(node.sides[0]), *inner_nodes(node.sides[1])]


def paths(node, above=()):
    """(leaf, its levels from below upward) of all leaves."""
    if isinstance(node, Leaf):
        return [(node, b"".join(above[::-1]))]
    return [found for side in (0, 1) for found in
            paths(node.sides[side], (*above, bytes([node.place]) + node.sides[1 - side].hash()))]


def twist(dice, tree):
    """A tree that no honest keeper grows."""
    nodes = inner_nodes(tree)
    if not nodes:
        return tree
    node, other = dice.choice(nodes), dice.choice(nodes)
    way = dice.randrange(6)
    if way == 0:
        node.sides.reverse()
    elif way == 1:
        node.place = dice.choice((other.place, max(0, node.place - 1), min(255, node.place + 1), dice.randrange(256)))
    elif way == 2:
        node.sides[dice.randrange(2)] = copy.deepcopy(node.sides[dice.randrange(2)])
    elif way == 3:
        node.sides[dice.randrange(2)] = copy.deepcopy(dice.choice(paths(tree))[0])
    elif way == 4:  # a node more, of any bit, above
        return Inner(dice.randrange(256), [tree, copy.deepcopy(other)])
    else:
        node.place, other.place = other.place, node.place
    return tree


class Liar:
    def __init__(self, dice, document):
        self.dice, self.lied = dice, []
        records = [record for record in forge.RECORDS if dice.random() < 0.8]
        self.register = register = forge.Register(document, records)
        if dice.random() < 0.5:
            self.lie_of_postings()
        if dice.random() < 0.2:
            register.covers += dice.choice((-1, 1, 7)) if register.covers else 1
        if dice.random() < 0.1:
            register.behind = [dice.choice((register.index, b"x\n", register.entries[0] if register.entries else b""))]
        register.seal()
        self.tree = grow(register.leaves) if register.leaves else None
        while self.tree and dice.random() < 0.4:
            self.tree = twist(dice, self.tree)
        self.sign()

    def lie_of_postings(self):
        postings, dice = self.register.postings, self.dice
        for _ in range(dice.randrange(1, 4)):
            key = dice.choice(KEYS)
            self.lied.append(key)
            if dice.random() < 0.4:
                postings.pop(key, None)
            else:
                postings[key] = [dice.choice((*range(7), 9, 2 ** 64 - 1)) for _ in range(dice.randrange(4))]
                if dice.random() < 0.7:
                    postings[key].sort()

    def sign(self):
        register = self.register
        root = self.tree.hash() if self.tree else trees.sha256()
        lines = register.index.split(b"\n")
        lines[3] = b"root " + forge.b64(root)
        register.index = b"\n".join(lines)
        register.hashes[len(register.entries)] = trees.leaf_hash(register.index)
        register.text = b"%s\n%d\n%s\n" % (register.origin, len(register.hashes), forge.b64(forge.merkle_root(register.hashes)))
        self.note = register.cosigned(())
        self.leaves = paths(self.tree) if self.tree else []

    def walk(self, key):
        """The leaf in which the walk by the key's bits ends, mostly; else one of any."""
        dice, node, above = self.dice, self.tree, []
        if dice.random() < 0.3:
            return dice.choice(self.leaves)
        while isinstance(node, Inner):
            side = trees.bit(key, node.place)
            above.append(bytes([node.place]) + node.sides[1 - side].hash())
            node = node.sides[side]
        return node, b"".join(above[::-1])

    def lookup(self):
        dice, register = self.dice, self.register
        key = dice.choice(self.lied if self.lied and dice.random() < 0.4 else (*KEYS, *register.postings))
        if not self.tree:
            return register.lookup(key, postings=dice.choice(([], [0])), proof=dice.choice((b"", bytes(33), bytes(64))))
        leaf, levels = self.walk(trees.sha256(key))
        postings = register.postings.get(key, [])
        own = leaf.key == trees.sha256(key)
        if dice.random() < 0.15:
            own = not own
        if dice.random() < 0.1:
            postings = dice.choice(([], [0], postings[1:], postings[::-1], [*postings, 3]))
        return register.lookup(key, postings if own or dice.random() < 0.1 else [], levels if own else leaf.key + leaf.value + levels)

    def posted(self, asked):
        dice, register = self.dice, self.register
        places = [place for place in register.postings.get(asked, []) if place < len(register.entries)]
        if dice.random() < 0.1 and register.entries:
            places.append(dice.randrange(len(register.entries)))
        if dice.random() < 0.8:
            places = sorted(set(places))
        texts = {place: register.entries[place].replace(b"2017-", dice.choice((b"2017-",) * 5 + (b"2018-",))) for place in places}
        return [register.posted(place, texts[place], place + dice.choice((0,) * 20 + (1,))) for place in places]

    def file(self):
        dice = self.dice
        asked = self.lookup()
        further = [self.lookup() for _ in range(dice.choice((0, 0, 0, 1, 2)))]
        posted = self.posted(asked[0]) if dice.random() < 0.4 else []
        extra = self.register.extra(asked, further, posted, version=dice.choice((1, 2, 2)))
        return self.register.file(extra, self.note, index=len(self.register.entries) if dice.random() < 0.97 else 0)
