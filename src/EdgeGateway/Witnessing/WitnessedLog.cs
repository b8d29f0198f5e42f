using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Texts;

namespace EdgeGateway.Witnessing;

/// <summary>
/// One log that this gateway witnesses, and the checkpoint it cosigned last (<c>witness/&lt;sha256(origin)&gt;</c>, the note
/// with our cosignature). Answers one request at a time; what is answered is durable before.
/// </summary>
sealed class WitnessedLog : IDisposable
{
    const int MaximumStateBytes = 2 * AddCheckpointRequest.MaximumNoteBytes;
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    readonly SemaphoreSlim _turn = new(1);
    readonly string _path;
    readonly IReadOnlyList<VerifierKey> _keys;
    readonly SigningKey _own;
    readonly CosignedLogs _cosigned;
    Checkpoint? _known;
    byte[]? _note;

    WitnessedLog(string path, IReadOnlyList<VerifierKey> keys, SigningKey own, CosignedLogs cosigned)
    {
        _path = path;
        _keys = keys;
        _own = own;
        _cosigned = cosigned;
    }

    public string Origin => _keys[0].Name;

    /// <summary>The note cosigned last; null before the first.</summary>
    public ReadOnlyMemory<byte>? Note => Volatile.Read(ref _note) is { } note ? note : (ReadOnlyMemory<byte>?)null;

    /// <summary>What the log is called in addresses and file names: the SHA-256 of its origin, in lower-case hexadecimal.</summary>
    public static string IdOf(string origin) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));

    /// <param name="directory">Must exist.</param>
    /// <exception cref="GatewayException">What was cosigned last is lost or can't be read: without it a second history could be cosigned.</exception>
    public static WitnessedLog Open(string directory, IReadOnlyList<VerifierKey> keys, SigningKey own, CosignedLogs cosigned)
    {
        var log = new WitnessedLog(Path.Combine(directory, IdOf(keys[0].Name)), keys, own, cosigned);
        if (ReadKept(log._path) is not { } bytes)
        {
            return !cosigned.Has(log.Origin) ? log : throw new GatewayException(
                $"'{log._path}', what this witness cosigned last of {log.Origin}, is gone. Restore it; without it this witness could cosign a second history. If it can't be had again, move the key away and make a new one with 'edgegw witness init'.");
        }

        if (!SignedNote.TryParse(bytes, out var note, out var error) || !note.TryVerify([own.Verifier], out _, out error)
            || !Checkpoint.TryParse(note.Text, out log._known, out error) || log._known.Origin != log.Origin)
        {
            throw Failure.Of("witness.state", log._path, log.Origin, error ?? Said.Of("witness.other-log"));
        }

        cosigned.Add(log.Origin);
        log._note = bytes;
        return log;
    }

    /// <returns>The answer, and where it is accepted our signature line without its newline.</returns>
    /// <exception cref="StorageFullException">There is no room; nothing was cosigned.</exception>
    public async Task<(WitnessAnswer Answer, string? Cosignature)> AddAsync(AddCheckpointRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var answer = WitnessRule.Decide(request, _keys, _known);
            if (answer.Checkpoint is not { } checkpoint) return (answer, null);
            var cosignature = _own.Cosign(checkpoint, time.GetUtcNow());

            // Only what the log's keys and ours signed: other lines of the request were not looked at.
            var trusted = request.Note.Signatures.Where(signature => _keys.Any(key => key.Name == signature.Name && key.KeyId == signature.KeyId));
            var note = SignedNote.Create(request.Note.Text, [.. trusted, cosignature]).Encode();
            AtomicFile.Write(_path, note, Mode);
            _cosigned.Add(Origin);
            _known = checkpoint;
            Volatile.Write(ref _note, note);
            return (answer, cosignature.ToString());
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <returns>Null where there is none; a disk that only fails to say is no reason to forget.</returns>
    static byte[]? ReadKept(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            var bytes = new byte[length > MaximumStateBytes ? 0 : length];
            return bytes[..RandomAccess.Read(file, bytes, 0)];
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
