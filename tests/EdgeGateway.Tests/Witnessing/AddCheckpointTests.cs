using System.Text;
using EdgeGateway.Ledger;
using EdgeGateway.Support;
using EdgeGateway.Tests.Support;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Tests.Witnessing;

/// <summary>C2SP tlog-witness v1.0.0: the request, and what a witness answers.</summary>
public sealed class AddCheckpointTests
{
    static readonly IReadOnlyList<VerifierKey> Trusted = [WitnessKeys.Log.Verifier];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(5, 5)]
    [InlineData(5, 8)]
    [InlineData(4, 300)]
    [InlineData(299, 70_000)]
    public void A_tree_that_follows_on_is_accepted(int from, int to)
    {
        var answer = WitnessRule.Decide(Request(from, to), Trusted, from == 0 ? null : WitnessKeys.Checkpoint(from));

        Assert.Equal((WitnessStatus.Accepted, WitnessKeys.Checkpoint(to)), (answer.Status, answer.Checkpoint));
    }

    [Fact]
    public void Each_refusal_is_the_one_of_the_specification()
    {
        var known = WitnessKeys.Checkpoint(5);
        var eight = WitnessKeys.Signed(WitnessKeys.Checkpoint(8));
        var other = new Checkpoint(WitnessKeys.Origin, 5, WitnessKeys.Checkpoint(6).Root);
        var forged = SignedNote.Create(eight.Text, [WitnessKeys.Note(WitnessKeys.Origin, 99).Sign(eight.Text)]);
        var zero = $"{WitnessKeys.Origin}\n0\n{Convert.ToBase64String(new byte[32])}\n";

        Assert.Equal(WitnessStatus.UnknownLog, WitnessRule.Decide(Request(5, 8), [], known).Status);
        Assert.Equal(WitnessStatus.NotSigned, WitnessRule.Decide(new AddCheckpointRequest(5, WitnessKeys.Proof(5, 8), forged), Trusted, known).Status);
        Assert.Equal(WitnessStatus.Malformed, WitnessRule.Decide(new AddCheckpointRequest(9, [], eight), Trusted, known).Status);
        Assert.Equal((WitnessStatus.OtherSize, 5L), Conflict(Request(4, 8), known));
        Assert.Equal((WitnessStatus.OtherSize, 0L), Conflict(Request(4, 8), null));
        Assert.Equal((WitnessStatus.OtherSize, 5L), Conflict(Request(0, 4), known));
        Assert.Equal(WitnessStatus.Inconsistent, WitnessRule.Decide(new AddCheckpointRequest(5, WitnessKeys.Proof(4, 8), eight), Trusted, known).Status);
        Assert.Equal(WitnessStatus.Inconsistent, WitnessRule.Decide(new AddCheckpointRequest(5, [], eight), Trusted, known).Status);
        Assert.Equal(WitnessStatus.Inconsistent, WitnessRule.Decide(new AddCheckpointRequest(5, [], WitnessKeys.Signed(other)), Trusted, known).Status);
        Assert.Equal(WitnessStatus.Inconsistent, WitnessRule.Decide(new AddCheckpointRequest(0, WitnessKeys.Proof(5, 8), eight), Trusted, null).Status);
        Assert.Equal(
            WitnessStatus.Inconsistent,
            WitnessRule.Decide(new AddCheckpointRequest(0, [], SignedNote.Create(zero, [WitnessKeys.Log.Sign(zero)])), Trusted, null).Status);
    }

    [Fact]
    public void Signed_text_that_is_no_checkpoint_is_malformed()
    {
        var text = $"{WitnessKeys.Origin}\nmany\n{Convert.ToBase64String(new byte[32])}\n";

        Assert.Equal(
            WitnessStatus.Malformed,
            WitnessRule.Decide(new AddCheckpointRequest(0, [], SignedNote.Create(text, [WitnessKeys.Log.Sign(text)])), Trusted, null).Status);
    }

    [Fact]
    public void A_request_is_written_and_read_again_alike()
    {
        foreach (var (from, to) in ((int, int)[])[(0, 0), (0, 8), (5, 8), (299, 70_000)])
        {
            var bytes = Request(from, to).Encode();
            Assert.True(AddCheckpointRequest.TryParse(bytes, out var read, out var error), error);
            Assert.Equal(bytes, read.Encode());
            Assert.Equal(from, read.OldSize);
        }
    }

    [Theory]
    [InlineData("old 05\n")]
    [InlineData("old -1\n")]
    [InlineData("old 9223372036854775808\n")]
    [InlineData("Old 5\n")]
    [InlineData("old 5 \n")]
    [InlineData("old 5\nvBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnmt=\n")]
    [InlineData("old 5\nvBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms\n")]
    public void Another_spelling_is_refused(string head) =>
        Assert.False(AddCheckpointRequest.TryParse(Encoding.UTF8.GetBytes($"{head}\n{WitnessKeys.Signed(WitnessKeys.Checkpoint(8))}"), out _, out _));

    [Fact]
    public void Too_many_hashes_and_too_long_a_checkpoint_are_refused()
    {
        var hash = Convert.ToBase64String(new byte[32]) + "\n";
        var note = WitnessKeys.Signed(WitnessKeys.Checkpoint(8)).ToString();
        var line = note[(note.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
        string Body(int hashes, string tail) => "old 5\n" + string.Concat(Enumerable.Repeat(hash, hashes)) + "\n" + note + tail;

        Assert.True(AddCheckpointRequest.TryParse(Encoding.UTF8.GetBytes(Body(63, "")), out _, out _));
        Assert.False(AddCheckpointRequest.TryParse(Encoding.UTF8.GetBytes(Body(64, "")), out _, out _));
        Assert.False(AddCheckpointRequest.TryParse(Encoding.UTF8.GetBytes(Body(0, $"\u2014 long {Convert.ToBase64String(new byte[66_000])}\n")), out _, out _));
        Assert.False(AddCheckpointRequest.TryParse(new byte[AddCheckpointRequest.MaximumBytes + 1], out _, out _));
        Assert.True(AddCheckpointRequest.TryParse(Encoding.UTF8.GetBytes(Body(0, line)), out _, out _));
    }

    [Fact]
    public void Nothing_that_is_cut_or_changed_is_accepted_as_what_it_was()
    {
        var whole = Request(5, 8).Encode();
        var known = WitnessKeys.Checkpoint(5);
        var altered = TlogMutations.Truncations(whole).Concat(TlogMutations.BitFlips(whole).Select(flip => flip.File))
            .Concat(TlogMutations.Fuzz(whole, 20261125, 4000));
        foreach (var body in altered)
        {
            if (!AddCheckpointRequest.TryParse(body, out var request, out _)) continue;
            Assert.Equal(body, request.Encode());

            // A signature line of someone unknown may be broken or doubled; the tree that is cosigned stays the one that was signed.
            var answer = WitnessRule.Decide(request, Trusted, known);
            if (answer.Checkpoint is { } accepted) Assert.Equal(WitnessKeys.Checkpoint(8), accepted);
        }
    }

    static AddCheckpointRequest Request(int from, int to) => new(from, WitnessKeys.Proof(from, to), WitnessKeys.Signed(WitnessKeys.Checkpoint(to)));

    static (WitnessStatus Status, long Size) Conflict(AddCheckpointRequest request, Checkpoint? known)
    {
        var answer = WitnessRule.Decide(request, Trusted, known);
        return (answer.Status, answer.KnownSize);
    }
}
