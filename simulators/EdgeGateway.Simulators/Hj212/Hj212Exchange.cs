using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Hj212;

/// <summary>
/// Uploads that want an answer (HJ 212-2017, section 6.6): sends, waits for the 9014 (or 9013, to a notice) with the same
/// QN, and sends again up to a number of times; requests that come meanwhile are answered. One thread at a time.
/// </summary>
sealed class Hj212Exchange(SerialLine line, IReadOnlyList<Hj212Responder> responders, ITranscript transcript, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(2);

    readonly Hj212FrameBuffer _arrived = new();
    readonly byte[] _buffer = new byte[1024];

    /// <summary>Returns when the answer has come, when it has not after the last resend, or when cancelled.</summary>
    /// <param name="again">It was sent before: on a line that was lost, or it is a replay.</param>
    /// <returns>Whether it was answered.</returns>
    /// <exception cref="IOException">The line is gone.</exception>
    public bool Run(PlannedMessage message, bool again, TimeSpan answerTimeout, int resends, CancellationToken cancellationToken)
    {
        var sent = again ? TranscriptEvent.Resent : TranscriptEvent.Sent;
        for (var attempt = 0; attempt <= resends && !cancellationToken.IsCancellationRequested; attempt++)
        {
            if (again || attempt > 0 || !SendDamaged(message))
            {
                Send(message, sent);
                sent = TranscriptEvent.Resent;
                if (attempt == 0 && !again) SendCopies(message);
            }

            if (!IsAnswered(message.EventId!, answerTimeout, cancellationToken)) continue;
            transcript.Record(message.Entry(TranscriptEvent.Acknowledged, time.GetUtcNow()));
            return true;
        }

        transcript.Record(message.Entry(TranscriptEvent.Dropped, time.GetUtcNow()));
        return false;
    }

    /// <summary>Answers requests for a moment, while there is nothing to send.</summary>
    /// <exception cref="IOException">The line is gone.</exception>
    public void Listen() => Read();

    public void Dispose() => line.Dispose();

    /// <summary>False when no fault damages this message.</summary>
    bool SendDamaged(PlannedMessage message)
    {
        foreach (var fault in message.Faults)
        {
            byte[] bytes;
            switch (fault.Kind)
            {
                case FaultKind.BitFlip:
                    bytes = message.Payload.ToArray();
                    bytes[Hj212Frame.DataStart + fault.Bit / 8] ^= (byte)(1 << (fault.Bit % 8));
                    break;
                case FaultKind.HalfFrame:
                    bytes = message.Payload[..(message.Payload.Length / 2)].ToArray();
                    break;
                default:
                    continue;
            }

            transcript.Record(message.Damaged(bytes, fault.Kind, time.GetUtcNow()));
            line.Write(bytes, WriteTimeout);
            return true;
        }

        return false;
    }

    void Send(PlannedMessage message, TranscriptEvent kind)
    {
        transcript.Record(message.Entry(kind, time.GetUtcNow()));
        line.Write(message.Payload.Span, WriteTimeout);
    }

    void SendCopies(PlannedMessage message)
    {
        foreach (var fault in message.Faults.Where(fault => fault.Kind == FaultKind.DuplicateStorm))
        {
            for (var copy = 0; copy < fault.Copies; copy++) Send(message, TranscriptEvent.Resent);
        }
    }

    bool IsAnswered(string qn, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < timeout && !cancellationToken.IsCancellationRequested)
        {
            // Answers to copies and to earlier exchanges may still come in: only this QN's counts.
            if (Read().Any(frame => frame["CN"] is "9014" or "9013" && frame["QN"] == qn)) return true;
        }

        return false;
    }

    List<Hj212Frame> Read()
    {
        var frames = _arrived.Append(_buffer.AsSpan(0, line.Read(_buffer, Poll)));
        foreach (var answer in frames.SelectMany(frame => responders.SelectMany(responder => responder.Respond(frame)))) line.Write(answer.Encode(), WriteTimeout);
        return frames;
    }
}
