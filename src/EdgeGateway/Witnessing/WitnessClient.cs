using System.Globalization;
using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Outbound;

namespace EdgeGateway.Witnessing;

/// <summary>Speaks C2SP tlog-witness to a witness. Answers are bounded in size and time and believed only where they are signed. Safe for any number of threads.</summary>
sealed class WitnessClient(IEnumerable<Uri> witnesses, TimeSpan timeout, TimeProvider time) : IDisposable
{
    const int MaximumNoteBytes = 2 * AddCheckpointRequest.MaximumNoteBytes;

    /// <summary>The specification asks for at least one line; more keys than this no witness has.</summary>
    const int MaximumAnswerBytes = 16 * 1024;

    readonly OutboundPolicy _outbound = new("witnessing", witnesses.Select(OutboundTarget.Of), new OutboundLimits(timeout, MaximumNoteBytes), time);

    /// <returns>Null where there is no witness to ask.</returns>
    public static WitnessClient? To(WitnessBoard board, WitnessOptions options, TimeProvider time) => board.Reachable.Any()
        ? new WitnessClient(board.Reachable.Select(witness => witness.Url!), options.Timeout, time)
        : null;

    /// <exception cref="WitnessException">It did not answer, or not as a witness does.</exception>
    public async Task<WitnessReply> AddAsync(PolicyWitness witness, AddCheckpointRequest request, CancellationToken cancellationToken)
    {
        var (status, type, answer) = await SendAsync(witness, HttpMethod.Post, "add-checkpoint", request.Encode(), MaximumAnswerBytes, cancellationToken);
        switch (status)
        {
            case 200:
                return new WitnessReply(WitnessStatus.Accepted, CosignatureOf(witness, request.Note, answer), 0, "");
            case 409 when type == "text/x.tlog.size":
                return long.TryParse(Encoding.ASCII.GetString(answer).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                    ? new WitnessReply(WitnessStatus.OtherSize, null, size, "")
                    : throw new WitnessException($"The witness {witness.Name} answered 409 without a size.");
            case 409:
            case 422:
                // Editions before v1.0.0 answer 409 to another root of the same size.
                return new WitnessReply(WitnessStatus.Inconsistent, null, 0, Shown(answer));
            case 404:
                throw new WitnessException($"The witness {witness.Name} does not know this log: have this ledger's key entered there. It says: {Shown(answer)}");
            case 403:
                throw new WitnessException($"The witness {witness.Name} has another key of this log: have this ledger's key entered there. It says: {Shown(answer)}");
            default:
                throw new WitnessException($"The witness {witness.Name} answered {status}: {Shown(answer)}");
        }
    }

    /// <summary>The checkpoint that the witness cosigned last of a log, as its log's key signed it; null where it has none.</summary>
    /// <exception cref="WitnessException">It did not answer, or with something that the log's key did not sign.</exception>
    public async Task<Checkpoint?> FindLatestAsync(PolicyWitness witness, VerifierKey log, CancellationToken cancellationToken)
    {
        var (status, _, answer) = await SendAsync(
            witness, HttpMethod.Get, $"{WitnessedLog.IdOf(log.Name)}/checkpoint", null, MaximumNoteBytes, cancellationToken);
        if (status == 404) return null;
        if (status != 200) throw new WitnessException($"The witness {witness.Name} answered {status} to the question what it knows of this log.");
        return Checkpoint.TryOpen(answer, log, log.Name, out var checkpoint, out var error)
            ? checkpoint
            : throw new WitnessException($"What the witness {witness.Name} shows as this log's checkpoint is not to be believed: {error}");
    }

    public void Dispose() => _outbound.Dispose();

    async Task<OutboundAnswer> SendAsync(PolicyWitness witness, HttpMethod method, string path, byte[]? body, int maximum, CancellationToken cancellationToken)
    {
        var url = new Uri(witness.Url!.AbsoluteUri.TrimEnd('/') + "/" + path);
        using var request = new HttpRequestMessage(method, url) { Content = body is null ? null : new ByteArrayContent(body) };
        try
        {
            var answer = await _outbound.SendAsync(request, cancellationToken);
            return answer.Body.Length <= maximum
                ? answer
                : throw new WitnessException($"The witness {witness.Name} answered with {answer.Body.Length} bytes; at most {maximum} are read.");
        }
        catch (OutboundException e)
        {
            throw new WitnessException($"The witness {witness.Name} does not answer: {e.Message.TrimEnd('.')}.");
        }
    }

    static VerifiedSignature CosignatureOf(PolicyWitness witness, SignedNote note, byte[] answer)
    {
        // As the specification suggests: behind the checkpoint, and read as one note.
        if (!SignedNote.TryParse([.. note.Encode(), .. answer], out var cosigned, out var error)
            || !cosigned.TryVerify([witness.Key], out var signatures, out error))
        {
            throw new WitnessException($"The witness {witness.Name} answered with a cosignature that is not to be believed: {error}");
        }

        return signatures[0];
    }

    static string Shown(byte[] answer) => DisplayText.Of(Encoding.UTF8.GetString(answer).Trim(), 200);
}

/// <param name="Cosignature">Verified with the witness's key; null unless accepted.</param>
/// <param name="Size">What the witness cosigned last, where it knows another size than was said.</param>
sealed record WitnessReply(WitnessStatus Status, VerifiedSignature? Cosignature, long Size, string Sentence);

/// <summary>A witness could not be asked, or answered with something of no use; the message says which and why.</summary>
sealed class WitnessException(string message) : Exception(message);
