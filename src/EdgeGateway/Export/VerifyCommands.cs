using System.Globalization;
using EdgeGateway.Bags;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// The commands that check a bag with coreutils, grep and openssl, in the order in which an expert runs them. Every one is a line
/// that prints OK or fails; hashes of Merkle paths stand in them literally. Each step belongs to a kind that the guide explains once.
/// </summary>
sealed class VerifyCommands
{
    const string Ledger = BagPath.Ledger;

    /// <summary>
    /// Shell functions that the commands use: what is hashed can be read in them. Never edited, because the guide of a bag of any
    /// age is compared with them.
    /// </summary>
    public static readonly IReadOnlyList<string> Functions =
    [
        """leaf() { { printf '\000'; cat "$1"; } | openssl dgst -sha256 -binary | base64; }""",
        """leafhex() { { printf '\000'; cat "$1"; } | sha256sum | cut -c1-64; }""",
        """node() { { printf '\001'; printf %s "$1" | base64 -d; printf %s "$2" | base64 -d; } | openssl dgst -sha256 -binary | base64; }""",
        """same() { if [ -n "$1" ] && [ "$1" = "$2" ]; then echo OK; else echo "FAILED: '$1' is not '$2'"; return 1; fi; }""",
        """has() { if grep -qF -- "$2" "$1"; then echo OK; else echo "FAILED: $1 has no $2"; return 1; fi; }""",
        """commitment() { same "$({ printf 'edgegw/private/v1\n'; cat "$1/salt" "$1/private.json"; } | sha256sum | cut -c1-64)" "$(grep -o '"commit":"[0-9a-f]\{64\}"' "$1/leaf.json" | cut -d'"' -f4)"; }""",
    ];

    readonly List<VerifyStep> _steps = [];

    public IReadOnlyList<VerifyStep> Steps => _steps;

    public void Files() => Step(
        "files", "",
        $"if grep -qv '^[0-9a-f]\\{{64\\}}  [A-Za-z0-9._/-]*$' {BagPath.TagManifest}; then echo FAILED; false; else echo OK; fi",
        $"sha256sum --strict -c {BagPath.TagManifest}",
        $"sha256sum --strict -c {BagPath.Manifest}");

    /// <param name="log">The log's folder.</param>
    /// <param name="byRecovery">Whether the recovery key signed, in the place of the log's own.</param>
    public void Checkpoint(string log = Ledger, bool byRecovery = false) => Step(
        "checkpoint", log == Ledger ? "" : log.TrimEnd('/'),
        $"same \"$(head -n 3 {log}checkpoint)\" \"$(cat {log}checkpoint.txt)\"",
        OneSignature(log),
        KeyFiles($"{log}log"),
        Signature($"{log}{Signer(byRecovery)}.der", $"{log}checkpoint.txt", $"{log}checkpoint.sig"),
        $"has {log}genesis/leaf.json \"\\\"key\\\":\\\"$(cat {log}log.vkey)\\\"\"");

    /// <summary>That the recovery key enclosed is the one that entry 0 names.</summary>
    public void Recovery(string log) => Step(
        "recovery", log.TrimEnd('/'),
        KeyFiles($"{log}recovery"),
        $"has {log}genesis/leaf.json \"\\\"recoveryKey\\\":\\\"$(cat {log}recovery.vkey)\\\"\"");

    /// <summary>That a tree which the log's own key signed holds entry 0, which names the recovery key.</summary>
    public void Own(string log, long size, IReadOnlyList<Hash> path) => Step(
        "own", $"{log}own",
        [
            $"same \"$(head -n 3 {log}own/checkpoint)\" \"$(cat {log}own/checkpoint.txt)\"",
            OneSignature($"{log}own/"),
            Signature($"{log}log.der", $"{log}own/checkpoint.txt", $"{log}own/checkpoint.sig"),
            $"same \"$(head -n 1 {log}own/checkpoint.txt)\" \"$(head -n 1 {log}checkpoint.txt)\"",
            .. Path($"{log}genesis/leaf.json", 0, size, path, Root($"{log}own/")),
        ]);

    /// <summary>That a log's entry 0 names the end of the one before, and a key of that one endorsed it.</summary>
    public void Successor(string before, string next, long size, bool byRecovery)
    {
        var genesis = $"{next}genesis/leaf.json";
        var root = $"$(tail -n 1 {before}checkpoint.txt | base64 -d | od -An -v -tx1 | tr -d ' \\n')";
        Step(
            "successor", next.TrimEnd('/'),
            $"has {genesis} \"\\\"previous\\\":{{\\\"key\\\":\\\"$(cat {before}log.vkey)\\\",\\\"origin\\\":\\\"$(head -n 1 {before}checkpoint.txt)\\\",\\\"root\\\":\\\"{root}\\\",\\\"size\\\":{Text(size)}}}\"",
            $"same \"$(cat {next}endorsement.txt)\" \"$(echo edgegw/endorsement/v1; head -n 2 {before}checkpoint.txt; echo \"{root}\"; cat {before}log.vkey {next}log.vkey; grep -o '\"recoveryKey\":\"[^\"]*\"' {genesis} | cut -d'\"' -f4)\"",
            $"same \"$(grep -o '\"endorsement\":{{\"by\":\"{(byRecovery ? "recovery" : "ledger")}\",\"signature\":\"[^\"]*\"' {genesis} | cut -d'\"' -f10 | base64 -d | sha256sum)\" \"$(sha256sum < {next}endorsement.sig)\"",
            Signature($"{before}{Signer(byRecovery)}.der", $"{next}endorsement.txt", $"{next}endorsement.sig"));
    }

    /// <summary>That the last entry of a log names the one that goes on from it, and both signed that.</summary>
    public void Closing(string before, string next, bool byRecovery)
    {
        var folder = $"{before}closing";
        Step(
            "closing", folder,
            $"same \"$(cat {folder}/announcement.txt)\" \"$(echo edgegw/successor/v1; head -n 1 {before}checkpoint.txt; cat {before}log.vkey {next}log.vkey)\"",
            $"has {folder}/leaf.json \"\\\"key\\\":\\\"$(cat {next}log.vkey)\\\"\"",
            SignatureInLeaf(folder, byRecovery ? "recovery" : "this", "own"),
            SignatureInLeaf(folder, "next", "next"),
            Signature($"{before}{Signer(byRecovery)}.der", $"{folder}/announcement.txt", $"{folder}/own.sig"),
            Signature($"{next}log.der", $"{folder}/announcement.txt", $"{folder}/next.sig"));
    }

    /// <summary>An entry's place in the tree of the checkpoint, and what its leaf commits to unless that was erased.</summary>
    public void Entry(string folder, ExportedEntry entry, long size, string log = Ledger)
    {
        Step("inclusion", folder, Path($"{folder}/leaf.json", entry.Record.Index, size, entry.Paths[0], Root(log)));
        if (!entry.IsErased) Step("commitment", folder, $"commitment {folder}");
    }

    public void Item(string folder, ExportedItem item)
    {
        Step("log", folder, $"has {folder}/leaf.json \"\\\"log\\\":\\\"$(leafhex {Ledger}genesis/leaf.json)\\\"\"");
        if (item is not { File: { } file, Digests: { } digests }) return;
        var sm3 = $"$(openssl dgst -sm3 -r {file} | cut -c1-64)";
        if (!digests.IsWhole)
        {
            Step("beginning", folder, $"same \"$(grep -o '\"bytes\":\"[^\"]*\"' {folder}/private.json | cut -d'\"' -f4 | base64 -d | sha256sum)\" \"$(sha256sum < {file})\"");
        }
        else
        {
            Step("content", folder, $"same \"$(sha256sum < {file} | cut -c1-64)\" \"$(grep -o '\"digest\":{{\"sha256\":\"[0-9a-f]\\{{64\\}}' {folder}/private.json | cut -d'\"' -f6)\"");
        }

        if (digests.IsSm3Sealed) Step("sm3", folder, $"same \"{sm3}\" \"$(grep -o '\"sm3\":\"[0-9a-f]\\{{64\\}}' {folder}/private.json | cut -d'\"' -f4)\"");
        else Step("sm3-listed", folder, $"has data/list.csv \"{sm3}\"");
    }

    public void Device(string folder, string item) =>
        Step("device", folder, $"has {item}/leaf.json \"\\\"deviceLeaf\\\":\\\"$(leafhex {folder}/leaf.json)\\\"\"");

    /// <param name="isLater">Whether a log says it that goes on from the item's: it then names the item's log too.</param>
    public void History(string folder, string item, long index, bool isLater = false)
    {
        var log = isLater ? $",\\\"log\\\":\\\"$(leafhex {Ledger}genesis/leaf.json)\\\"" : "";
        Step("history", folder, $"has {folder}/leaf.json \"\\\"item\\\":{{\\\"index\\\":{Text(index)},\\\"leaf\\\":\\\"$(leafhex {item}/leaf.json)\\\"{log}\"");
    }

    /// <summary>That the history in the bag is the one which the export sealed: none more and none less.</summary>
    public void Complete(string item, long record) => Complete(item, record, [0]);

    /// <param name="logs">The logs that speak of the item, in order; the last has the record.</param>
    public void Complete(string item, long record, IReadOnlyList<int> logs)
    {
        string[] places = [.. logs.Select(log => BagPath.History(item, log).TrimEnd('/'))];
        var lists = places.Select((place, i) =>
            $"for i in $(ls {place}{(i == places.Length - 1 ? $" | grep -vx {Text(record)}" : "")} | sort -n); do echo \"$i $(leafhex {place}/$i/leaf.json)\"; done");
        var all = places.Length == 1 ? lists.Single() : $"{{ {string.Join("; ", lists)}; }}";
        Step("complete", places[^1], $"has {places[^1]}/{Text(record)}/leaf.json \"\\\"history\\\":\\\"$({all} | sha256sum | cut -c1-64)\\\"\"");
    }

    /// <summary>That the records are the end of the tree but for leaves that name no item.</summary>
    /// <param name="log">Number of the log that has the records.</param>
    /// <param name="from">What the records speak for ends here.</param>
    /// <param name="hasOthers">Whether there are other entries than the records.</param>
    public void After(int log, long from, IReadOnlyList<(long Item, long Record)> records, bool hasOthers)
    {
        var folder = BagPath.Log(log);
        var after = BagPath.After(folder);
        var found = $"printf '%s\\n' {string.Join(' ', records.Select(record => Text(record.Record)))}";
        if (hasOthers) found = $"{{ ls {after}; {found}; }}";
        List<string> commands = [$"same \"$({found} | sort -n)\" \"$(seq {Text(from)} $(($(sed -n 2p {folder}checkpoint.txt) - 1)))\""];
        foreach (var (item, record) in records)
        {
            var place = BagPath.Item(item);
            commands.Add($"has {BagPath.History(place, log)}{Text(record)}/leaf.json '\"size\":{Text(from)}}}'");
            if (hasOthers) commands.Add($"if grep -qF \"\\\"leaf\\\":\\\"$(leafhex {place}/leaf.json)\\\"\" {after}*/leaf.json; then echo FAILED; false; else echo OK; fi");
        }

        Step("after", after.TrimEnd('/'), [.. commands]);
    }

    public void Timestamp(string folder, DateTimeOffset time, AnchorEvidence evidence) => Step(
        "token", folder,
        $"has {folder}/leaf.json \"\\\"token\\\":\\\"$(sha256sum < {folder}/token.tst | cut -c1-64)\\\"\"",
        $"has {folder}/leaf.json \"\\\"imprint\\\":\\\"$(sha256sum < {folder}/stamped.txt | cut -c1-64)\\\"\"",
        $"openssl ts -verify -token_in -in {folder}/token.tst -data {folder}/stamped.txt -CAfile \"${{TSA_ROOTS:-{folder}/roots.pem}}\""
        + $"{(evidence.ChainPem.Length > 0 ? $" -untrusted {folder}/chain.pem" : "")}{(evidence.HasRoot ? "" : " -partial_chain")} -attime {Text(time.ToUnixTimeSeconds())}");

    public void Cosignature(string folder) => Step(
        "cosignature", folder,
        $"same \"$(tail -n 3 {folder}/message.txt)\" \"$(cat {folder}/stamped.txt)\"",
        $"same \"$(grep -o '\"signature\":\"[^\"]*\"' {folder}/leaf.json | cut -d'\"' -f4 | base64 -d | tail -c 64 | sha256sum)\" \"$(sha256sum < {folder}/cosignature.sig)\"",
        Signature($"{folder}/witness.der", $"{folder}/message.txt", $"{folder}/cosignature.sig"));

    /// <summary>A checkpoint that witnesses cosigned: the log's own signature on it.</summary>
    public void Witnessed(string folder, string log = Ledger) => Step(
        "witnessed", folder,
        $"same \"$(head -n 3 {folder}/checkpoint)\" \"$(cat {folder}/checkpoint.txt)\"",
        Signature($"{log}log.der", $"{folder}/checkpoint.txt", $"{folder}/checkpoint.sig"));

    /// <summary>A witness's signature on it, as the note has it.</summary>
    /// <param name="witness">The beginning of its files' names.</param>
    public void WitnessedBy(string folder, string witness) => Step(
        "cosignature", witness,
        $"same \"$({{ printf '\\004'; tail -c 32 {witness}.der; }} | base64)\" \"$(cut -d+ -f3- {witness}.vkey)\"",
        $"same \"$(tail -n 3 {witness}.txt)\" \"$(cat {folder}/checkpoint.txt)\"",
        $"has {folder}/checkpoint \" $(cut -d+ -f1 {witness}.vkey) \"",
        Signature($"{witness}.der", $"{witness}.txt", $"{witness}.sig"));

    /// <summary>That the tree which an authority stamped or a witness signed holds the item.</summary>
    /// <param name="tree">The file whose last line is the root.</param>
    public void Covered(string item, long index, string anchor, string tree, long size, IReadOnlyList<Hash> path) =>
        Step("covered", anchor, Path($"{item}/leaf.json", index, size, path, $"\"$(tail -n 1 {tree})\""));

    /// <summary>That such a tree of a log that goes on from the item's holds its entry 0, which names the end of the log before.</summary>
    public void CoveredLog(string genesis, string anchor, string tree, long size, IReadOnlyList<Hash> path) =>
        Step("covered-log", anchor, Path($"{genesis}/leaf.json", 0, size, path, $"\"$(tail -n 1 {tree})\""));

    /// <summary>That the item's leaf alone is what was stamped.</summary>
    public void CoveredAlone(string item, string anchor) =>
        Step("covered", anchor, $"same \"$(sha256sum < {item}/leaf.json)\" \"$(sha256sum < {anchor}/stamped.txt)\"");

    static string Root(string log) => $"\"$(tail -n 1 {log}checkpoint.txt)\"";

    /// <summary>That below the text stands one signature, the one that openssl checks.</summary>
    static string OneSignature(string folder) =>
        $"same \"$(tail -n +5 {folder}checkpoint | cut -d' ' -f3- | base64 -d | tail -c +5 | sha256sum)\" \"$(sha256sum < {folder}checkpoint.sig)\"";

    static string Signer(bool byRecovery) => byRecovery ? "recovery" : "log";

    /// <summary>That openssl is given the key which the vkey states.</summary>
    static string KeyFiles(string key) => $"same \"$({{ printf '\\001'; tail -c 32 {key}.der; }} | base64)\" \"$(cut -d+ -f3- {key}.vkey)\"";

    /// <summary>That openssl is given the signature which the last entry states.</summary>
    static string SignatureInLeaf(string folder, string name, string file) =>
        $"same \"$(grep -o '\"{name}\":\"[^\"]*\"' {folder}/leaf.json | cut -d'\"' -f4 | base64 -d | sha256sum)\" \"$(sha256sum < {folder}/{file}.sig)\"";

    static string Signature(string key, string text, string signature) =>
        $"openssl pkeyutl -verify -pubin -keyform DER -inkey {key} -rawin -in {text} -sigfile {signature}";

    static string[] Path(string leaf, long index, long size, IReadOnlyList<Hash> path, string root)
    {
        var lines = new List<string> { $"h=$(leaf {leaf})" };
        foreach (var (onTheLeft, hash) in Merkle.InclusionSides(index, size).Zip(path))
        {
            var sibling = Convert.ToBase64String(hash.ToArray());
            lines.Add(onTheLeft ? $"h=$(node '{sibling}' \"$h\")" : $"h=$(node \"$h\" '{sibling}')");
        }

        return [.. lines, $"same \"$h\" {root}"];
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    void Step(string kind, string folder, params string[] commands) => _steps.Add(new VerifyStep(kind, folder, commands));
}

/// <param name="Kind">Key of the texts that explain it.</param>
/// <param name="Folder">What it is about; empty for the bag as a whole.</param>
sealed record VerifyStep(string Kind, string Folder, IReadOnlyList<string> Commands);
