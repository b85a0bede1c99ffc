// A client and a writer of logs that share nothing with Hallmark but the specifications: the libraries of the Go
// checksum database (golang.org/x/mod/sumdb).
//
//	goclient read URL VKEY [PROOF...]      every entry, hash and tile of a log; every kept checkpoint; proof files
//	goclient write DIR NAME SALT SIZE...   a log of entries, published at each size; prints its verifier key
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// pathOf is where tlog-tiles has a tile: tile/L/N, where sumdb has tile/H/L/N.
func pathOf(t tlog.Tile) string {
	if t.L < 0 {
		return strings.Replace(t.Path(), "tile/8/data/", "tile/entries/", 1)
	}
	return strings.Replace(t.Path(), "tile/8/", "tile/", 1)
}

// hashes are the stored hashes of a tree that is kept in memory.
type hashes []tlog.Hash

func (h hashes) ReadHashes(at []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range at {
		if i < 0 || i >= int64(len(h)) {
			return nil, fmt.Errorf("no stored hash %d", i)
		}
		out = append(out, h[i])
	}
	return out, nil
}

// add appends the hashes that the entry completes.
func (h *hashes) add(number int64, entry []byte) error {
	more, err := tlog.StoredHashes(number, entry, *h)
	*h = append(*h, more...)
	return err
}

type checkpoint struct {
	origin string
	tree   tlog.Tree
}

func openCheckpoint(raw []byte, keys note.Verifiers) (checkpoint, error) {
	var c checkpoint
	opened, err := note.Open(raw, keys)
	if err != nil {
		return c, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		return c, errors.New("a checkpoint has three lines")
	}
	c.origin = lines[0]
	if c.tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return c, err
	}
	c.tree.Hash, err = tlog.ParseHash(lines[2])
	return c, err
}

// A reader is a log over HTTP; sumdb checks each tile against the root before it is used.
type reader struct {
	url  string
	keys note.Verifiers
}

func (r reader) Height() int { return height }

func (r reader) get(path string) ([]byte, error) {
	answer, err := http.Get(r.url + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

func (r reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		data, err := r.get(pathOf(t))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func (r reader) SaveTiles([]tlog.Tile, [][]byte) {}

func (r reader) checkpoint(path string) (checkpoint, error) {
	raw, err := r.get(path)
	if err != nil {
		return checkpoint{}, err
	}
	return openCheckpoint(raw, r.keys)
}

// split cuts a bundle into its entries.
func split(bundle []byte) ([][]byte, error) {
	var out [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, errors.New("the bundle is cut")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		out = append(out, bundle[2:end])
		bundle = bundle[end:]
	}
	return out, nil
}

// entries reads every bundle of the tree, and holds each entry to its leaf.
func (r reader) entries(size int64, source tlog.HashReader) ([][]byte, error) {
	var out [][]byte
	for n := int64(0); n*256 < size; n++ {
		tile := tlog.Tile{H: height, L: -1, N: n, W: int(min(256, size-n*256))}
		raw, err := r.get(pathOf(tile))
		if err != nil {
			return nil, err
		}
		bundle, err := split(raw)
		if err != nil || len(bundle) != tile.W {
			return nil, fmt.Errorf("bundle %d: %d entries, not %d: %v", n, len(bundle), tile.W, err)
		}
		for _, entry := range bundle {
			leaf, err := source.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(len(out)))})
			if err != nil || leaf[0] != tlog.RecordHash(entry) {
				return nil, fmt.Errorf("entry %d is not the one of its leaf: %v", len(out), err)
			}
			out = append(out, entry)
		}
	}
	return out, nil
}

// checkTiles holds every tile of the tree, byte for byte, to the one that the entries make.
func (r reader) checkTiles(entries [][]byte) (int, error) {
	var own hashes
	for i, entry := range entries {
		if err := own.add(int64(i), entry); err != nil {
			return 0, err
		}
	}
	tiles := tlog.NewTiles(height, 0, int64(len(entries)))
	for _, tile := range tiles {
		right, err := tlog.ReadTileData(tile, own)
		if err != nil {
			return 0, err
		}
		if served, err := r.get(pathOf(tile)); err != nil || !bytes.Equal(served, right) {
			return 0, fmt.Errorf("%s is another: %v", pathOf(tile), err)
		}
	}
	return len(tiles), nil
}

// checkKept proves that the tree extends each checkpoint that the log keeps.
func (r reader) checkKept(now checkpoint, source tlog.HashReader) (int, error) {
	sizes, err := r.get("checkpoints/sizes")
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Fields(string(sizes)) {
		old, err := r.checkpoint("checkpoints/" + line)
		if err != nil {
			return 0, err
		}
		if err := extends(now, old, source); err != nil || line != strconv.FormatInt(old.tree.N, 10) {
			return 0, fmt.Errorf("checkpoint %s of size %d: %v", line, old.tree.N, err)
		}
	}
	return len(strings.Fields(string(sizes))), nil
}

func extends(now, old checkpoint, source tlog.HashReader) error {
	if now.origin != old.origin {
		return fmt.Errorf("the log is %q, not %q", now.origin, old.origin)
	}
	proof, err := tlog.ProveTree(now.tree.N, old.tree.N, source)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, now.tree.N, now.tree.Hash, old.tree.N, old.tree.Hash)
}

// checkProof is C2SP tlog-proof: the entry at its index is in the checkpoint of the file, which this log extends.
func (r reader) checkProof(file string, now checkpoint, entries [][]byte, source tlog.HashReader) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, found := strings.Cut(string(raw), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a tlog-proof")
	}
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	var index int64
	if _, err := fmt.Sscanf(lines[0], "index %d", &index); err != nil || index < 0 || index >= int64(len(entries)) {
		return fmt.Errorf("%q is no index of the log: %v", lines[0], err)
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	old, err := openCheckpoint([]byte(rest), r.keys)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, old.tree.N, old.tree.Hash, index, tlog.RecordHash(entries[index])); err != nil {
		return err
	}
	return extends(now, old, source)
}

func read(url, vkey string, proofs []string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	r := reader{strings.TrimRight(url, "/"), note.VerifierList(verifier)}
	now, err := r.checkpoint("checkpoint")
	if err != nil {
		return err
	}
	source := tlog.TileHashReader(now.tree, r)
	entries, err := r.entries(now.tree.N, source)
	if err != nil {
		return err
	}
	tiles, err := r.checkTiles(entries)
	if err != nil {
		return err
	}
	kept, err := r.checkKept(now, source)
	if err != nil {
		return err
	}
	for _, file := range proofs {
		if err := r.checkProof(file, now, entries, source); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	fmt.Printf("%s: %d entries, %d tiles, %d checkpoints, %d proofs\n", now.origin, len(entries), tiles, kept, len(proofs))
	return nil
}

// endless is randomness that is the same for the same name: the key of a log for tests.
type endless struct{ name string }

func (e endless) Read(out []byte) (int, error) {
	seed := sha256.Sum256([]byte(e.name))
	return copy(out, seed[:]), nil
}

type writer struct {
	folder  string
	name    string
	signer  note.Signer
	own     hashes
	entries [][]byte
}

func (w *writer) put(path string, data []byte) error {
	full := filepath.Join(w.folder, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return err
	}
	return os.WriteFile(full, data, 0o644)
}

// bundle is the entries below a tile of level 0.
func (w *writer) bundle(tile tlog.Tile) []byte {
	var out []byte
	for _, entry := range w.entries[tile.N*256:][:tile.W] {
		out = binary.BigEndian.AppendUint16(out, uint16(len(entry)))
		out = append(out, entry...)
	}
	return out
}

// publish writes the tiles and bundles from the old size to the new one, then the checkpoint.
func (w *writer) publish(old int64) error {
	size := int64(len(w.entries))
	for _, tile := range tlog.NewTiles(height, old, size) {
		data, err := tlog.ReadTileData(tile, w.own)
		if err != nil {
			return err
		}
		if err := w.put(pathOf(tile), data); err != nil {
			return err
		}
		if tile.L == 0 {
			entries := tile
			entries.L = -1
			if err := w.put(pathOf(entries), w.bundle(tile)); err != nil {
				return err
			}
		}
	}
	root, err := tlog.TreeHash(size, w.own)
	if err != nil {
		return err
	}
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", w.name, size, root)}, w.signer)
	if err != nil {
		return err
	}
	// A copy beside the folder: what a reader would have kept.
	if err := os.WriteFile(fmt.Sprintf("%s.%d", w.folder, size), signed, 0o644); err != nil {
		return err
	}
	return w.put("checkpoint", signed)
}

func write(folder, name, salt string, sizes []string) error {
	secret, vkey, err := note.GenerateKey(endless{name}, name)
	if err != nil {
		return err
	}
	w := &writer{folder: folder, name: name}
	if w.signer, err = note.NewSigner(secret); err != nil {
		return err
	}
	for _, word := range sizes {
		size, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return err
		}
		old := int64(len(w.entries))
		for i := old; i < size; i++ {
			entry := []byte(fmt.Sprintf("%s, entry %d\n%s", salt, i, strings.Repeat("x", int(i%300))))
			if err := w.own.add(i, entry); err != nil {
				return err
			}
			w.entries = append(w.entries, entry)
		}
		if err := w.publish(old); err != nil {
			return err
		}
	}
	fmt.Println(vkey)
	return nil
}

func main() {
	log.SetFlags(0)
	var err error
	switch args := os.Args[1:]; {
	case len(args) >= 3 && args[0] == "read":
		err = read(args[1], args[2], args[3:])
	case len(args) >= 5 && args[0] == "write":
		err = write(args[1], args[2], args[3], args[4:])
	default:
		err = errors.New("usage: goclient read URL VKEY [PROOF...] | goclient write DIR NAME SALT SIZE...")
	}
	if err != nil {
		log.Fatalf("goclient: %v", err)
	}
}
