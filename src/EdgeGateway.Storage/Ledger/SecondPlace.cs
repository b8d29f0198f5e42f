using System.Globalization;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// What was signed last, kept on another disk: a data directory that is set back to an earlier state does not set that
/// back too, so the gateway sees that it would sign a second history. One thread writes; any number may ask for the error.
/// </summary>
sealed class SecondPlace
{
    const int MaximumBytes = 8192;
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    readonly string _directory;
    readonly string _path;
    readonly VerifierKey _key;
    readonly string _data;
    readonly bool _required;
    readonly TileReader _tiles;
    string? _error;
    bool _compared;

    SecondPlace(string directory, VerifierKey key, string data, bool required, TileReader tiles)
    {
        _directory = directory;
        _path = PathOf(directory, key);
        _key = key;
        _data = data;
        _required = required;
        _tiles = tiles;
    }

    /// <summary>Why it does not know what was signed last, in a sentence with the remedy; null where it does.</summary>
    public string? Error => Volatile.Read(ref _error);

    /// <returns>Null where none is set.</returns>
    public static SecondPlace? Of(LedgerSettings settings, LedgerPaths paths, VerifierKey key) => settings.SecondPlace is { Length: > 0 } directory
        ? new SecondPlace(Path.GetFullPath(directory), key, paths.Data, settings.SecondPlaceRequired, new BundleReader(paths).ReadFile)
        : null;

    /// <summary>One file a key, so that several gateways may share a disk.</summary>
    public static string PathOf(string directory, VerifierKey key) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"edgegw-{key.KeyId:x8}.checkpoint"));

    /// <summary>Before anything is signed: compares it with what the state says was signed last.</summary>
    /// <exception cref="LedgerCorruptException">It knows another history, or is required and can't be read.</exception>
    public void Check(long signedSize, Hash signedRoot)
    {
        try
        {
            Compare(signedSize, signedRoot);
        }
        catch (SigningRefusedException e)
        {
            throw new LedgerCorruptException(e.Message);
        }
    }

    /// <summary>Keeps what is about to be shown; durable on return.</summary>
    /// <exception cref="SigningRefusedException">It knows another history, or is required and can't be written.</exception>
    public void Write(Checkpoint checkpoint, ReadOnlySpan<byte> note)
    {
        // Each time: a disk that was away may come back with what another copy of this data directory signed meanwhile, and one that
        // runs beside this writes there too.
        Compare(checkpoint.Size, checkpoint.Root);
        if (!_compared) return;
        try
        {
            AtomicFile.Write(_path, note, Mode);
            Volatile.Write(ref _error, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail($"can't be written: {e.Message}");
        }
    }

    void Compare(long signedSize, Hash signedRoot)
    {
        byte[] note;
        try
        {
            if (!Directory.Exists(_directory))
            {
                Fail("is not there");
                return;
            }

            using var file = File.OpenHandle(_path);
            note = new byte[Math.Min(RandomAccess.GetLength(file), MaximumBytes)];
            note = note[..RandomAccess.Read(file, note, 0)];
        }
        catch (FileNotFoundException)
        {
            // Not asked for before: a disk that fails would say no as well.
            _compared = true;
            return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail($"can't be read: {e.Message}");
            return;
        }

        if (!Checkpoint.TryOpen(note, _key, _key.Name, out var kept, out var error))
        {
            // A cut-off write leaves the old note, so this is a bad disk or somebody's hand; neither may be written over.
            Fail($"holds '{_path}', which is no checkpoint of this ledger ({error}) Look at who changed it, then move it away");
            return;
        }

        if (kept.Size > signedSize || RootAt(kept.Size, signedSize, signedRoot) != kept.Root)
        {
            throw new SigningRefusedException(
                $"The data directory '{_data}' has signed {signedSize} entries, but '{_path}' in the second place knows of {(kept.Size > signedSize ? "" : "another tree of ")}{kept.Size} entries signed with this key: the data directory was set back to an earlier state, or a copy of it has signed elsewhere. The gateway does not sign a second history. Put the right data directory back, or if it is lost, go on with 'edgegw restore --successor'.");
        }

        _compared = true;
    }

    /// <summary>Of a size that this data directory never signed there are no tiles, and the root is nobody's.</summary>
    Hash RootAt(long size, long signedSize, Hash signedRoot)
    {
        if (size == signedSize) return signedRoot;
        try
        {
            return new ProofBuilder(size, _tiles).Root();
        }
        catch (LedgerCorruptException)
        {
            return default;
        }
    }

    void Fail(string what)
    {
        _compared = false;
        var error = $"The second place '{_directory}' {what}. Until that is mended an old copy of this data directory would not be noticed here.";
        Volatile.Write(ref _error, error);
        if (_required) throw new SigningRefusedException($"{error} Ledger:SecondPlaceRequired is set, so nothing is signed.");
    }
}
