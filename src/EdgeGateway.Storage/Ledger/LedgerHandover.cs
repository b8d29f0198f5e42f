using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// The last step from a log to its successor: the old one's files go to <c>logs/&lt;shard&gt;</c>, those of the new one, made
/// ready under <c>rotating/</c>, to their places. The file <c>ledger.rotating</c> is the point of no return: from then on only
/// renames are left, each durable before the next, and whoever opens the data directory finishes them.
/// </summary>
/// <param name="reached">Called behind each step with its name, for tests.</param>
public sealed class LedgerHandover(string data, Action<string>? reached = null)
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>Made by the log that was; means nothing once it is closed.</summary>
    static readonly string[] WorkingFiles = ["wal", "state", "heads", "repeats", "carried"];

    /// <summary>Where the next log is made ready: a data directory of its own.</summary>
    public static string Staging(string data) => Path.Combine(data, "rotating");

    public static bool IsDue(string data) => File.Exists(Journal(data));

    /// <summary>From here on the old log is closed.</summary>
    /// <param name="shard">The old log's number, from 1.</param>
    public void Commit(int shard)
    {
        AtomicFile.Write(Journal(data), System.Text.Encoding.ASCII.GetBytes(Path.GetFileName(ClosedLedger.FolderOf(data, shard)) + "\n"), Mode);
        reached?.Invoke("committed");
    }

    /// <summary>Does what is left to do; may be called again after a crash anywhere in it.</summary>
    public void Finish()
    {
        var shard = Path.Combine(data, "logs", File.ReadAllText(Journal(data)).Trim());
        var staging = Staging(data);
        Move(Path.Combine(data, "ledger"), Path.Combine(shard, "ledger"), staged: Path.Combine(staging, "ledger"));
        Move(Path.Combine(data, "payloads"), Path.Combine(shard, "payloads"), staged: Path.Combine(staging, "ledger"));
        Move(Path.Combine(data, "views"), Path.Combine(shard, "views"), staged: Path.Combine(staging, "ledger"));
        KeepPublicKey(shard);
        MoveKey(staging, shard);
        Take(Path.Combine(staging, "payloads"), Path.Combine(data, "payloads"));
        Take(Path.Combine(staging, "ledger"), Path.Combine(data, "ledger"));
        foreach (var name in WorkingFiles) Remove(Path.Combine(shard, "ledger", name));
        Remove(staging);
        reached?.Invoke("cleared");
        File.Delete(Journal(data));
        DurableDirectory.Sync(data);
        reached?.Invoke("finished");
    }

    static string Journal(string data) => Path.Combine(data, "ledger.rotating");

    /// <summary>The old log's part; once the new one has taken its place, what stands there is not old.</summary>
    void Move(string from, string to, string staged)
    {
        if (!Directory.Exists(from) || Directory.Exists(to) || !Directory.Exists(staged)) return;
        Rename(from, to);
    }

    void Take(string from, string to)
    {
        if (!Directory.Exists(from)) return;
        Rename(from, to);
    }

    void Rename(string from, string to)
    {
        DurableDirectory.Create(Path.GetDirectoryName(to)!);
        DurableFile.Rename(from, to);
        DurableDirectory.Sync(Path.GetDirectoryName(to)!);
        DurableDirectory.Sync(Path.GetDirectoryName(from)!);
        reached?.Invoke($"moved {Path.GetFileName(from)} to {Path.GetFileName(Path.GetDirectoryName(to))}");
    }

    void KeepPublicKey(string shard)
    {
        if (File.Exists(ClosedLedger.PublicKeyPath(shard))) return;
        var key = GenesisFile.Read(shard).Key;
        AtomicFile.Write(ClosedLedger.PublicKeyPath(shard), System.Text.Encoding.UTF8.GetBytes(key + "\n"), Mode | UnixFileMode.OtherRead);
        reached?.Invoke("kept the public key");
    }

    void MoveKey(string staging, string shard)
    {
        var next = LedgerKeys.SecretPath(staging);
        if (!File.Exists(next)) return;
        DurableDirectory.Create(Path.GetDirectoryName(LedgerKeys.SecretPath(data))!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        PutAway(LedgerKeys.SecretPath(data), GenesisFile.Read(shard).Key);
        reached?.Invoke("destroyed the old key");
        if (File.Exists(LedgerKeys.PublicPath(staging))) Rename(LedgerKeys.PublicPath(staging), LedgerKeys.PublicPath(data));
        Rename(next, LedgerKeys.SecretPath(data));
    }

    /// <summary>
    /// Overwrites and removes the old log's secret. On flash, and on a file system that copies on write, the old bytes may stay on the
    /// medium all the same. The key of a third ledger is only put aside.
    /// </summary>
    static void PutAway(string path, VerifierKey old)
    {
        if (!File.Exists(path)) return;
        if (SigningKey.TryParse(File.ReadAllText(path).TrimEnd('\n'), out var key, out _) && !key.Verifier.Equals(old))
        {
            DurableFile.Rename(path, $"{path}.before-{key.Verifier.KeyId:x8}");
        }
        else
        {
            using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
            {
                DurableFile.Write(file, RandomNumberGenerator.GetBytes((int)RandomAccess.GetLength(file)), 0);
                DurableFile.Sync(file);
            }

            File.Delete(path);
        }

        DurableDirectory.Sync(Path.GetDirectoryName(path)!);
    }

    static void Remove(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        else File.Delete(path);
        DurableDirectory.Sync(Path.GetDirectoryName(path)!);
    }
}
