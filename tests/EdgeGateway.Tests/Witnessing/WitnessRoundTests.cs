using System.Net;
using System.Text;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Tests.Support;
using EdgeGateway.Witnessing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Witnessing;

/// <summary>A ledger and its witness, over loopback.</summary>
public sealed class WitnessRoundTests : IAsyncLifetime, IDisposable
{
    static readonly SigningKey Tower = WitnessKeys.Witness("tower.example/witness", 40);

    readonly TempFolder _folder = new();
    readonly TestClock _clock = new();
    FileLedger _ledger = null!;
    LedgerViews _views = null!;
    WitnessedLog _log = null!;
    WitnessHandler _handler = null!;
    WitnessBoard _board = null!;
    WitnessClient _client = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder["witness"]);
        _ledger = TestLedger.Open(TestLedger.Settings(_folder["data"]), _clock);
        _views = LedgerViews.Open(_folder["views"], _ledger, NullLogger<LedgerViews>.Instance);
        _log = WitnessedLog.Open(_folder["witness"], [_ledger.Key], Tower, new CosignedLogs(_folder["cosigned"], []));
        _handler = new WitnessHandler(_log, _clock.Time);
        await _handler.ListenAsync();
        Assert.True(WitnessPolicy.TryParse(Encoding.UTF8.GetBytes($"log {_ledger.Key}\nwitness tower {Tower.Verifier} {_handler.Url}\nquorum tower\n"), out var policy, out var error), error);
        _board = new WitnessBoard(policy, failOpen: true);
        _client = new WitnessClient([_handler.Url], TimeSpan.FromSeconds(5), TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _ledger.DisposeAsync();
        await _handler.DisposeAsync();
    }

    public void Dispose()
    {
        _client.Dispose();
        _log.Dispose();
        _views.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_answered_is_sealed_and_answered_once()
    {
        var round = Round();
        var size = await SignAsync(5);
        await round.RunAsync(CancellationToken.None);
        await _ledger.CatchUpAsync(CancellationToken.None);

        using var anchor = EntryView.Parse(_ledger.Read(size, 1)[0]);
        Assert.Equal((EntryKind.Anchor, "cosignature", size), (anchor.Kind!.Value, anchor.Body.Text("type"u8), anchor.Body.Integer("size"u8)));
        var (key, _, _, line) = CosignatureAnchor.Read(anchor)!.Value;
        Assert.Equal(Tower.Verifier, key);
        Assert.EndsWith(line, Encoding.UTF8.GetString(_log.Note!.Value.Span), StringComparison.Ordinal);

        // The anchor is news for the next checkpoint, but none for the witness.
        await _ledger.CheckpointAsync(CancellationToken.None);
        await round.RunAsync(CancellationToken.None);
        await _ledger.CheckpointAsync(CancellationToken.None);
        await round.RunAsync(CancellationToken.None);
        Assert.Equal((1, size + 1), (_handler.Asked, _ledger.DurableSize));
    }

    [Fact]
    public async Task After_a_lost_answer_the_witness_is_asked_from_where_it_is()
    {
        var round = Round();
        await SignAsync(5);
        _handler.LosesAnswers = true;
        await round.RunAsync(CancellationToken.None);
        Assert.Contains("does not answer", Error(), StringComparison.Ordinal);

        _handler.LosesAnswers = false;
        var size = await SignAsync(300);
        await round.RunAsync(CancellationToken.None);
        Assert.Null(Error());
        Assert.Equal(size + 1, _ledger.DurableSize);
    }

    [Fact]
    public async Task What_was_cosigned_is_known_after_a_restart()
    {
        await SignAsync(5);
        await Round().RunAsync(CancellationToken.None);
        await _ledger.CatchUpAsync(CancellationToken.None);
        while (_views.Position < _ledger.Size) ViewUpdater.CatchUp(_ledger, _views, ViewUpdater.DefaultBatch);
        await _ledger.CheckpointAsync(CancellationToken.None);

        await Round().RunAsync(CancellationToken.None);

        Assert.Equal(1, _handler.Asked);
    }

    [Fact]
    public async Task A_witness_that_saw_more_of_this_key_stops_the_signing()
    {
        var round = Round();
        var size = await SignAsync(5);
        await round.RunAsync(CancellationToken.None);
        await ShowElsewhereAsync(size + 40);
        await SignAsync(3);

        var refused = await Assert.ThrowsAsync<GatewayException>(() => round.RunAsync(CancellationToken.None));

        Assert.Contains($"sign {size + 40} entries", refused.Message, StringComparison.Ordinal);
        Assert.Equal(refused.Message, _ledger.SigningRefusal);
    }

    [Fact]
    public async Task Before_the_first_signature_another_tree_of_a_size_that_was_passed_is_found_too()
    {
        var size = await SignAsync(5);
        await ShowElsewhereAsync(size - 2);

        await Assert.ThrowsAsync<GatewayException>(() => Check().RunAsync(_board, CancellationToken.None));
    }

    [Fact]
    public async Task A_claim_that_our_key_did_not_sign_stops_nothing()
    {
        await SignAsync(5);
        _handler.Instead = request => request.Method == HttpMethod.Get
            ? WitnessHandler.Answer(HttpStatusCode.OK, WitnessKeys.Signed(WitnessKeys.Checkpoint(300)).ToString())
            : WitnessHandler.Answer(HttpStatusCode.Conflict, "70000\n", "text/x.tlog.size");

        await Check().RunAsync(_board, CancellationToken.None);
        await Round().RunAsync(CancellationToken.None);

        Assert.Contains("not to be believed", Error(), StringComparison.Ordinal);
        Assert.Null(_ledger.SigningRefusal);
    }

    [Fact]
    public async Task Answers_of_no_use_are_errors_of_the_witness()
    {
        var size = await SignAsync(5);
        var other = Tower.Cosign(WitnessKeys.Checkpoint(3), _clock.Time.GetUtcNow());
        HttpResponseMessage[] answers =
        [
            WitnessHandler.Answer(HttpStatusCode.OK, ""), WitnessHandler.Answer(HttpStatusCode.OK, $"{other}\n"), WitnessHandler.Answer(HttpStatusCode.OK, "\u2014 x y\n"),
            WitnessHandler.Answer(HttpStatusCode.OK, new string('x', 400_000)), WitnessHandler.Answer(HttpStatusCode.OK, new string('x', 20_000)),
            WitnessHandler.Answer(HttpStatusCode.Redirect, ""), WitnessHandler.Answer(HttpStatusCode.InternalServerError, "\u001b[2J"),
            WitnessHandler.Answer(HttpStatusCode.Conflict, "many\n", "text/x.tlog.size"), WitnessHandler.Answer(HttpStatusCode.NotFound, ""), WitnessHandler.Answer(HttpStatusCode.Forbidden, ""),
        ];
        foreach (var answer in answers)
        {
            _board.Note(_board.Reachable.Single(), null);
            _handler.Instead = _ => answer;
            await Round().RunAsync(CancellationToken.None);
            Assert.NotNull(Error());
            Assert.DoesNotContain('\u001b', Error()!);
        }

        Assert.Equal(size, _ledger.DurableSize);
    }

    [Fact]
    public async Task A_cosignature_of_another_day_is_not_taken_where_this_clock_is_known_to_be_right()
    {
        var size = await SignAsync(5);
        Assert.True(Checkpoint.TryOpen(_ledger.Latest!.Note, _ledger.Key, null, out var checkpoint, out _));
        _handler.Instead = _ => WitnessHandler.Answer(HttpStatusCode.OK, $"{Tower.Cosign(checkpoint, _clock.Time.GetUtcNow().AddDays(2))}\n");

        _clock.State = ClockState.Synchronised;
        await Round().RunAsync(CancellationToken.None);

        Assert.Contains("the witness's is wrong", Error(), StringComparison.Ordinal);
        Assert.Equal(size, _ledger.DurableSize);
    }

    WitnessRound Round() => new(_ledger, _views, _board, _client, Check(), _clock);

    RollbackCheck Check() => new(_ledger, _client, NullLogger.Instance);

    string? Error() => _board.ErrorOf(_board.Reachable.Single());

    async Task<long> SignAsync(int entries)
    {
        await TestLedger.SealAsync(_ledger, 1, entries);
        return (await _ledger.CheckpointAsync(CancellationToken.None)).Checkpoint.Size;
    }

    /// <summary>A tree of other entries, signed with this ledger's key, as a copy of the data directory would.</summary>
    async Task ShowElsewhereAsync(long size)
    {
        var key = LedgerKeys.Read(_folder["data"]);
        var tree = new Checkpoint(_ledger.Origin, size, WitnessKeys.Checkpoint((int)size).Root);
        File.Delete(_folder["witness", WitnessedLog.IdOf(_ledger.Origin)]);
        using var elsewhere = WitnessedLog.Open(_folder["witness"], [_ledger.Key], Tower, new CosignedLogs(_folder["cosigned"], []));
        var (answer, _) = await elsewhere.AddAsync(new AddCheckpointRequest(0, [], tree.Sign(key)), _clock.Time, CancellationToken.None);
        Assert.Equal(WitnessStatus.Accepted, answer.Status);
        _log.Dispose();
        _log = WitnessedLog.Open(_folder["witness"], [_ledger.Key], Tower, new CosignedLogs(_folder["cosigned"], []));
        var handler = new WitnessHandler(_log, _clock.Time);
        _handler.Instead = request => handler.AnswerAsync(request).GetAwaiter().GetResult();
    }
}
