using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Verification;

/// <summary>The checkpoints that a gateway published: each must be signed, and the present log must have grown from it.</summary>
static class CheckpointHistory
{
    /// <summary>A consistency proof for each of many checkpoints would read tiles again and again: so many from the newest back are enough of a sample, and the first always.</summary>
    const int MaximumProofs = 1000;

    /// <summary>Reads them all; the end of a note that is being written, or that a power cut left, is passed over.</summary>
    public static LogFault? Read(string ledger, IReadOnlyList<VerifierKey> keys, out IReadOnlyList<HistoricCheckpoint> history)
    {
        var directory = Path.Combine(ledger, "checkpoints");
        var seen = new List<HistoricCheckpoint>();
        history = seen;
        if (!Directory.Exists(directory)) return null;
        foreach (var path in Directory.GetFiles(directory).Order(StringComparer.Ordinal))
        {
            var name = $"checkpoints/{Path.GetFileName(path)}";
            foreach (var note in Notes(File.ReadAllText(path)))
            {
                var bytes = Encoding.UTF8.GetBytes(note);
                string? error = null;
                Checkpoint? checkpoint = null;
                if (!keys.Any(key => Checkpoint.TryOpen(bytes, key, null, out checkpoint, out error)))
                {
                    return new LogFault(name, null, $"{name} holds a checkpoint that is not to be believed, after the one of {seen.LastOrDefault()?.Checkpoint.Size ?? 0} entries: {error}");
                }

                seen.Add(new HistoricCheckpoint(name, checkpoint!));
            }
        }

        return null;
    }

    public static LogFault? CheckGrowth(IReadOnlyList<HistoricCheckpoint> history, Checkpoint newest, LogVerifier verifier, TileFolder folder)
    {
        if (history.Count == 0)
        {
            return new LogFault("checkpoints", null, $"checkpoints is empty or missing, but a tree of {newest.Size} entries was published: each published one is appended there.");
        }

        foreach (var (file, checkpoint) in history.Take(1).Concat(history.Skip(1).TakeLast(MaximumProofs)))
        {
            if (verifier.CheckGrowth(checkpoint, folder.Read) is { } fault) return fault with { Path = file };
        }

        return null;
    }

    /// <summary>Each note ends with its last signature line and an empty line.</summary>
    static IEnumerable<string> Notes(string text)
    {
        var note = new StringBuilder();
        var signed = false;
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0 && signed)
            {
                yield return note.ToString();
                note.Clear();
                signed = false;
                continue;
            }

            note.Append(line).Append('\n');
            signed |= line.StartsWith("— ", StringComparison.Ordinal);
        }
    }
}

/// <summary>A checkpoint that was published, and the file that keeps it.</summary>
sealed record HistoricCheckpoint(string File, Checkpoint Checkpoint);
