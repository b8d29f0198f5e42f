using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Simulators.Verification;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Simulators.Verification;

public class ComparisonTests
{
    readonly List<TranscriptEntry> _transcript = [];
    readonly List<LedgerItem> _ledger = [];

    [Fact]
    public void A_ledger_with_each_message_once_in_order_is_in_order()
    {
        for (var n = 1; n <= 3; n++) SentAcknowledgedAndSealed(n, index: 10 + n);
        var verdict = Compare();
        Assert.True(verdict.IsOk);
        Assert.Equal((3, 3, 3, 0), (verdict.Messages, verdict.Acknowledged, verdict.Sealed, verdict.Unknown));
    }

    [Fact]
    public void Acknowledged_and_missing_is_lost()
    {
        SentAcknowledgedAndSealed(1, 11);
        Sent(2);
        Acknowledged(2);
        Assert.Equal(["sim-1 #2"], Compare().Lost);
        Assert.False(Compare().IsOk);
    }

    [Fact]
    public void Sealed_under_another_device_is_lost()
    {
        Sent(1);
        Acknowledged(1);
        Sealed(1, 11, device: "sim-2");
        Assert.Equal(["sim-1 #1"], Compare().Lost);
        Assert.Equal(1, Compare().Unknown);
    }

    [Fact]
    public void Only_quarantined_is_lost()
    {
        Sent(1);
        Acknowledged(1);
        _ledger.Add(Item(1, 11) with { Kind = "quarantine" });
        Assert.Equal(["sim-1 #1"], Compare().Lost);
    }

    [Fact]
    public void In_the_ledger_twice_is_doubled_whether_it_was_acknowledged_or_not()
    {
        SentAcknowledgedAndSealed(1, 11);
        Sealed(1, 12);
        Sent(2);
        Sealed(2, 13);
        Sealed(2, 14);
        Assert.Equal(["sim-1 #1", "sim-1 #2"], Compare().Doubled);
    }

    [Fact]
    public void A_resend_that_is_in_the_ledger_once_is_in_order()
    {
        Sent(1);
        _transcript.Add(SimSome.Entry(TranscriptEvent.Resent, 1, "d1"));
        Acknowledged(1);
        Acknowledged(1);
        Sealed(1, 11);
        Assert.True(Compare().IsOk);
        Assert.Equal(1, Compare().Acknowledged);
    }

    [Fact]
    public void Sent_and_acknowledged_before_but_sealed_after_is_reordered()
    {
        SentAcknowledgedAndSealed(1, 12);
        SentAcknowledgedAndSealed(2, 11);
        SentAcknowledgedAndSealed(3, 13);
        Assert.Equal(["sim-1 #2"], Compare().Reordered);
    }

    [Fact]
    public void Messages_of_different_devices_have_no_order()
    {
        SentAcknowledgedAndSealed(1, 12);
        SentAcknowledgedAndSealed(2, 11, device: "sim-2");
        Assert.True(Compare().IsOk);
    }

    [Fact]
    public void What_was_acknowledged_out_of_order_may_be_sealed_so()
    {
        Sent(1);
        Sent(2);
        Acknowledged(2);
        Acknowledged(1);
        Sealed(1, 12);
        Sealed(2, 11);
        Assert.True(Compare().IsOk);
    }

    [Fact]
    public void What_was_ready_long_before_it_was_sealed_is_delayed_the_latest_first_and_no_fault()
    {
        var ready = new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
        (long N, double Seconds)[] items = [(1, 30), (2, 31), (3, 95.5)];
        foreach (var (n, seconds) in items)
        {
            // Sent just before the seal: what the device kept until then counts.
            _transcript.Add(SimSome.Entry(TranscriptEvent.Sent, n, $"d{n}") with { At = ready.AddSeconds(seconds), Due = ready });
            Acknowledged(n);
            _ledger.Add(Item(n, 10 + n) with { SealedAt = ready.AddSeconds(seconds) });
        }

        var verdict = Compare();

        Assert.Equal(["sim-1 #3", "sim-1 #2"], verdict.Delayed);
        Assert.Equal(95.5, verdict.LongestDelay);
        Assert.True(verdict.IsOk);
    }

    [Fact]
    public void Without_a_due_time_the_delay_counts_from_the_first_sending()
    {
        var sent = new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
        _transcript.Add(SimSome.Entry(TranscriptEvent.Sent, 1, "d1") with { At = sent });
        _transcript.Add(SimSome.Entry(TranscriptEvent.Resent, 1, "d1") with { At = sent.AddSeconds(40) });
        _ledger.Add(Item(1, 11) with { SealedAt = sent.AddSeconds(41) });
        _ledger.Add(Item(1, 12) with { SealedAt = sent.AddSeconds(50) });
        Assert.Equal(41, Compare().LongestDelay);
    }

    [Fact]
    public void A_lie_in_the_ledger_is_believed_as_evidence_and_not_in_quarantine()
    {
        SentAcknowledgedAndSealed(1, 11);
        for (var n = 2; n <= 3; n++) _transcript.Add(SimSome.Entry(TranscriptEvent.Acknowledged, n, $"d{n}") with { Class = MessageClass.Lie });
        _ledger.Add(Item(2, 12) with { Kind = "quarantine" });
        Assert.Equal((1, 2, true), (Compare().Messages, Compare().Lies, Compare().IsOk));
        Sealed(3, 13);
        Assert.Equal(["sim-1 #3"], Compare().Believed);
        Assert.False(Compare().IsOk);
    }

    [Fact]
    public void What_a_device_had_no_room_for_is_counted_and_not_missed()
    {
        _transcript.Add(SimSome.Entry(TranscriptEvent.Withheld, 1, "d1") with { Class = MessageClass.Media });
        var verdict = Compare();
        Assert.Equal((0, 1, true), (verdict.Messages, verdict.Withheld, verdict.IsOk));
    }

    [Fact]
    public void Sealed_without_an_acknowledgement_is_allowed_and_counted()
    {
        Sent(1);
        Sealed(1, 11);
        Sent(2);
        var verdict = Compare();
        Assert.True(verdict.IsOk);
        Assert.Equal((1, 0, 1), (verdict.UnacknowledgedButSealed, verdict.Acknowledged, verdict.Sealed));
    }

    [Fact]
    public void What_was_refused_after_its_acknowledgement_is_not_owed()
    {
        Sent(1);
        Acknowledged(1);
        _transcript.Add(SimSome.Entry(TranscriptEvent.Refused, 1, "d1"));
        Assert.True(Compare().IsOk);
        Assert.Equal(0, Compare().Acknowledged);
    }

    [Fact]
    public void An_index_that_holds_something_else_or_changes_is_misindexed()
    {
        Sent(1);
        Acknowledged(1, index: 99);
        Sealed(1, 11);
        Sent(2);
        Acknowledged(2, index: 12);
        Acknowledged(2, index: 13);
        Sealed(2, 12);
        Sent(3);
        Acknowledged(3, index: 14);
        Sealed(3, 14);
        Assert.Equal(["sim-1 #1", "sim-1 #2"], Compare().Misindexed);
    }

    [Fact]
    public void Telemetry_is_not_compared_and_damaged_frames_are_counted_apart()
    {
        _transcript.Add(SimSome.Entry(TranscriptEvent.Acknowledged, 1, "d1") with { Class = MessageClass.Telemetry });
        _transcript.Add(SimSome.Entry(TranscriptEvent.Damaged, 2, "damaged"));
        _ledger.Add(Item(2, 11) with { Sha256 = "damaged" });
        _ledger.Add(Item(3, 12) with { Sha256 = null });
        var verdict = Compare();
        Assert.True(verdict.IsOk);
        Assert.Equal((0, 1, 0), (verdict.Messages, verdict.DamagedButSealed, verdict.Unknown));
    }

    [Fact]
    public void A_transcript_reads_back_and_its_torn_last_line_is_no_entry()
    {
        var folder = Directory.CreateTempSubdirectory("edgegw-transcript-");
        try
        {
            var path = Path.Combine(folder.FullName, "t.jsonl");
            var entry = SimSome.Entry(TranscriptEvent.Acknowledged, 5, "ab", index: 3) with { Reason = "x" };
            using (var file = FileTranscript.Open(path))
            {
                file.Record(entry);
                file.Record(entry with { Event = TranscriptEvent.Sent });
            }

            var whole = File.ReadAllText(path);
            Assert.Equal([entry, entry with { Event = TranscriptEvent.Sent }], TranscriptReader.Read(new StringReader(whole)));
            Assert.Contains("\"event\":\"acknowledged\"", whole, StringComparison.Ordinal);
            var firstLine = whole.IndexOf('\n', StringComparison.Ordinal) + 1;
            for (var length = firstLine; length < whole.Length - 1; length++)
            {
                Assert.Equal([entry], TranscriptReader.Read(new StringReader(whole[..length])));
            }

            Assert.Throws<TranscriptUnreadableException>(() => TranscriptReader.Read(new StringReader(whole[5..])).ToList());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    void SentAcknowledgedAndSealed(long n, long index, string device = "sim-1")
    {
        _transcript.Add(SimSome.Entry(TranscriptEvent.Sent, n, $"d{n}", device));
        _transcript.Add(SimSome.Entry(TranscriptEvent.Acknowledged, n, $"d{n}", device));
        Sealed(n, index, device);
    }

    void Sent(long n) => _transcript.Add(SimSome.Entry(TranscriptEvent.Sent, n, $"d{n}"));

    void Acknowledged(long n, long? index = null) => _transcript.Add(SimSome.Entry(TranscriptEvent.Acknowledged, n, $"d{n}", index: index));

    void Sealed(long n, long index, string device = "sim-1") => _ledger.Add(Item(n, index) with { Device = device });

    static LedgerItem Item(long n, long index) => new() { Index = index, Device = "sim-1", Kind = "evidence", Sha256 = $"d{n}" };

    Verdict Compare() => Comparison.Of(TranscriptIndex.Of(_transcript), _ledger, Comparison.UsualDelay);
}
