using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Docks;

/// <summary>
/// Which files of one dock were seen and which are done with, so that each is picked up once however often the folder is looked through,
/// and where the numbers of its recorders stand. A line a fact, appended and fsynced; a last line that was cut off is as if it had not been
/// written. Lost, it costs a second reading: the ledger knows what it has. One thread at a time.
/// </summary>
sealed class DockBook : IDisposable
{
    /// <summary>Facts that are kept; of more the oldest are forgotten when the book is opened.</summary>
    const int MaximumFacts = 400_000;
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    readonly HashSet<string> _done = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    readonly SafeFileHandle _file;
    long _length;

    DockBook(SafeFileHandle file) => _file = file;

    /// <exception cref="IOException">The folder can't be written.</exception>
    public static DockBook Open(string folder)
    {
        DurableDirectory.Create(folder);
        AtomicFile.RemoveLeftovers(folder);
        var path = Path.Combine(folder, "files");
        var lines = File.Exists(path) ? Whole(File.ReadAllText(path, Encoding.ASCII)) : [];
        var kept = lines.Skip(Math.Max(0, lines.Count - MaximumFacts)).ToList();
        AtomicFile.Write(path, Encoding.ASCII.GetBytes(string.Concat(kept.Select(line => line + "\n"))), Mode);
        var book = new DockBook(File.OpenHandle(path, FileMode.Open, FileAccess.Write)) { _length = new FileInfo(path).Length };
        foreach (var line in kept) book.Take(line);
        return book;
    }

    public bool IsDone(DockFile file) => _done.Contains(KeyOf(file));

    /// <summary>When a file of this path was seen first; null for one that was not.</summary>
    public DateTimeOffset? SeenAt(DockFile file) => _seen.TryGetValue(KeyOf(file.Path), out var at) ? at : null;

    /// <summary>The last number of these files; null where none was.</summary>
    public long? NumberOf(string group) => _numbers.TryGetValue(KeyOf(group), out var number) ? number : null;

    public void Saw(IEnumerable<DockFile> files, DateTimeOffset now) =>
        Append(files.Select(file => $"seen {KeyOf(file.Path)} {now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}"));

    public void Done(DockFile file) => Append([$"done {KeyOf(file)}"]);

    public void Counted(string group, long last) => Append([$"number {KeyOf(group)} {last.ToString(CultureInfo.InvariantCulture)}"]);

    public void Dispose() => _file.Dispose();

    void Append(IEnumerable<string> facts)
    {
        var lines = facts.ToList();
        if (lines.Count == 0) return;
        var bytes = Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line + "\n")));
        DurableFile.Write(_file, bytes, _length);
        DurableFile.Sync(_file);
        _length += bytes.Length;
        foreach (var line in lines) Take(line);
    }

    void Take(string line)
    {
        switch (line.Split(' '))
        {
            case ["seen", var key, var at] when long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < 253_402_300_800_000:
                _seen[key] = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
                break;
            case ["done", var key]:
                _done.Add(key);
                break;
            case ["number", var key, var digits] when long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                _numbers[key] = number;
                break;
        }
    }

    static List<string> Whole(string text) => [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    static string KeyOf(DockFile file) =>
        KeyOf($"{file.Path}\0{file.Size.ToString(CultureInfo.InvariantCulture)}\0{file.ModifiedAt.UtcTicks.ToString(CultureInfo.InvariantCulture)}");

    // Half a SHA-256 is more than enough to tell files of one dock apart; and no name stands in the book.
    static string KeyOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
