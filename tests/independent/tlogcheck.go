// tlogcheck DIR VKEY reads a C2SP tlog-tiles folder with golang.org/x/mod alone, which nobody here wrote, and checks the
// checkpoint's signature, every entry, every tile and inclusion proofs.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o tlogcheck tests/independent/tlogcheck.go
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height, width = 8, 1 << 8

// folder reads tiles; x/mod's paths name the height and call entries "data", those of C2SP do not.
type folder string

func (f folder) read(t tlog.Tile) ([]byte, error) {
	path := strings.Replace(strings.Replace(t.Path(), "tile/8/", "tile/", 1), "tile/data/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(string(f), path))
	if os.IsNotExist(err) && t.W < width { // once it is full, the partial one goes
		data, err = os.ReadFile(filepath.Join(string(f), path[:strings.Index(path, ".p/")]))
		if err == nil && t.L >= 0 && len(data) == width*tlog.HashSize {
			data = data[:t.W*tlog.HashSize]
		}
	}
	return data, err
}

func (f folder) Height() int                                { return height }
func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) (all [][]byte, err error) {
	for _, t := range tiles {
		data, err := f.read(t)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func check(err error, what string, args ...any) {
	if err != nil {
		fmt.Printf("FAILED: %s: %v\n", fmt.Sprintf(what, args...), err)
		os.Exit(1)
	}
}

func main() {
	dir := folder(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	check(err, "the key")
	text, err := os.ReadFile(filepath.Join(string(dir), "checkpoint"))
	check(err, "the checkpoint")
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err, "the checkpoint")
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "the size")
	root, err := tlog.ParseHash(lines[2])
	check(err, "the root")

	// Every hash that this reader gives was found to be in the tree of that root.
	tree := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, dir)
	tiles := tlog.NewTiles(height, 0, size)
	for i, tile := range tiles {
		if i+1 < len(tiles) && tiles[i+1].L == tile.L && tiles[i+1].N == tile.N {
			continue // x/mod lists a partial tile at each width that it ever had
		}
		proven, err := tlog.ReadTileData(tile, tree)
		check(err, "%s", tile.Path())
		stored, err := dir.read(tile)
		check(err, "%s", tile.Path())
		if !bytes.Equal(proven, stored) {
			check(fmt.Errorf("another hash than the tree's"), "%s", tile.Path())
		}
	}
	proofs := 0
	for n := int64(0); n < size; n += width {
		w := int(size - n)
		if w > width {
			w = width
		}
		bundle, err := dir.read(tlog.Tile{H: height, L: -1, N: n / width, W: w})
		check(err, "the bundle of entry %d", n)
		indexes := make([]int64, w)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, n+int64(i))
		}
		hashes, err := tree.ReadHashes(indexes)
		check(err, "the hashes from entry %d on", n)
		for i := n; i < n+int64(w); i++ {
			if len(bundle) < 2 || len(bundle)-2 < int(bundle[0])<<8|int(bundle[1]) {
				check(fmt.Errorf("its bundle ends"), "entry %d", i)
			}
			end := 2 + (int(bundle[0])<<8 | int(bundle[1]))
			leaf := tlog.RecordHash(bundle[2:end])
			bundle = bundle[end:]
			if hashes[i-n] != leaf {
				check(fmt.Errorf("it is not the entry of the tree"), "entry %d", i)
			}
			if size > 1000 && i%997 != 0 && i != size-1 {
				continue
			}
			proof, err := tlog.ProveRecord(size, i, tree)
			check(err, "the proof of entry %d", i)
			check(tlog.CheckRecord(proof, size, root, i, leaf), "the proof of entry %d", i)
			proofs++
		}
		if w == width && len(bundle) > 0 {
			check(fmt.Errorf("bytes behind the last entry"), "the bundle of entry %d", n)
		}
	}
	fmt.Printf("OK: %d entries, %d proofs of %s\n", size, proofs, lines[0])
}
