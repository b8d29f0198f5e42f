using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Signs the tree and shows it. Before the signature is on disk anywhere, the tiles it implies are durable and the state
/// says what is about to be signed: a gateway that comes back never signs another tree of that size.
/// </summary>
sealed class CheckpointWriter(LedgerPaths paths, string origin, SigningKey key, SecondPlace? secondPlace)
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    readonly CheckpointHistory _history = new(paths.History);

    /// <summary>Runs on the integrator's thread.</summary>
    /// <exception cref="SigningRefusedException">The second place knows another history, or can't be written and is required.</exception>
    /// <exception cref="StorageFullException">Nothing was signed, or what was signed is not shown yet; try again when there is room.</exception>
    public SignedCheckpoint Sign(Integrator integrator, DateTimeOffset now)
    {
        var checkpoint = new Checkpoint(origin, integrator.Size, integrator.Edge.Root());
        integrator.WritePartials();
        integrator.MakeDurable(checkpoint.Size, checkpoint.Root);
        var note = checkpoint.Sign(key).Encode();

        secondPlace?.Write(checkpoint, note);

        // The history first: what anyone may have seen is in it.
        _history.Append(note, now);
        AtomicFile.Write(paths.Checkpoint, note, Mode);
        return new SignedCheckpoint(checkpoint, note, now);
    }
}

/// <summary>A checkpoint as it was published.</summary>
/// <param name="Note">The signed note, byte for byte.</param>
public sealed record SignedCheckpoint(Checkpoint Checkpoint, byte[] Note, DateTimeOffset SignedAt);
