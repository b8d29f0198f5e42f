using System.Text;
using EdgeGateway.Ledger;
using EdgeGateway.Support;
using EdgeGateway.Tests.Support;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Tests.Witnessing;

public sealed class WitnessPolicyTests
{
    static readonly SigningKey X1 = WitnessKeys.Witness("x1.example", 11);
    static readonly SigningKey X2 = WitnessKeys.Witness("x2.example", 12);
    static readonly SigningKey X3 = WitnessKeys.Witness("x3.example", 13);
    static readonly SigningKey Y1 = WitnessKeys.Witness("y1.example", 14);
    static readonly SigningKey Y2 = WitnessKeys.Witness("y2.example", 15);

    /// <summary>The example of the specification, with who runs what.</summary>
    static readonly string Example = $"""
        # 执法站点
        # administration 某市综合行政执法局
        log {WitnessKeys.Log.Verifier} https://station-01.example/ledger

        witness X1 {X1.Verifier} http://127.0.0.1:8081/witness
        witness X2 {X2.Verifier}
        witness X3 {X3.Verifier}
          # operator X1 某市综合行政执法局
        # operator X2 某市电子政务中心
        group X-witnesses 2 X1 X2 X3

        witness Y1 {Y1.Verifier}
        witness Y2	{Y2.Verifier}
        group Y-witnesses any Y1 Y2

        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """;

    static readonly byte[] File = Encoding.UTF8.GetBytes(Example);

    public static TheoryData<string, bool> Quorums => new()
    {
        { "", false },
        { "X1 X2", false },
        { "Y1", false },
        { "X1 Y1", false },
        { "X1 X2 Y1", true },
        { "X2 X3 Y2", true },
        { "X1 X2 X3 Y1 Y2", true },
        { "X1 X2 X3", false },
    };

    [Fact]
    public void A_log_that_was_proven_to_belong_to_a_named_one_is_trusted_with_the_same_witnesses_and_quorum()
    {
        var next = SigningKey.FromSeed("station-01.example/2", [.. Enumerable.Range(90, 32).Select(i => (byte)i)]);
        var note = new Checkpoint(next.Verifier.Name, 1, default).Sign(next);
        var policy = Parse(Example);

        var wider = policy.Trusting([next.Verifier, WitnessKeys.Log.Verifier]);

        Assert.NotNull(policy.Evaluate(note).Error);
        Assert.Null(wider.Evaluate(note).Error);
        Assert.False(wider.Evaluate(note).QuorumMet);
        Assert.Equal([WitnessKeys.Log.Verifier, next.Verifier], wider.Logs.Select(log => log.Key));
        Assert.Single(policy.Logs);
    }

    [Fact]
    public void The_example_of_the_specification_is_read()
    {
        var policy = Parse(Example);

        Assert.Equal(WitnessKeys.Log.Verifier, Assert.Single(policy.Logs).Key);
        Assert.Equal(["X1", "X2", "X3", "Y1", "Y2"], policy.Witnesses.Select(witness => witness.Name));
        Assert.Equal(["某市综合行政执法局", "某市电子政务中心", null, null, null], policy.Witnesses.Select(witness => witness.Operator));
        Assert.Equal([false, true, false, false, false], policy.Witnesses.Select(policy.IsOtherAdministration));
        Assert.Equal("http://127.0.0.1:8081/witness", policy.Witnesses[0].Url!.ToString());
        Assert.Equal(("X-and-Y", "某市综合行政执法局"), (policy.QuorumName, policy.Administration));
    }

    [Theory]
    [MemberData(nameof(Quorums))]
    public void The_quorum_is_met_by_those_that_it_asks_for(string cosigners, bool met)
    {
        var keys = new Dictionary<string, SigningKey> { ["X1"] = X1, ["X2"] = X2, ["X3"] = X3, ["Y1"] = Y1, ["Y2"] = Y2 };
        var names = cosigners.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        var verdict = Parse(Example).Evaluate(WitnessKeys.Signed(WitnessKeys.Checkpoint(300), [.. names.Select(name => keys[name])]));

        Assert.Null(verdict.Error);
        Assert.Equal(met, verdict.QuorumMet);
        Assert.Equal(names, verdict.Cosignatures.Select(cosignature => cosignature.Witness.Name));
        Assert.Equal(!met || !names.Contains("X2"), verdict.IsSelfAttestedOnly);
    }

    [Fact]
    public void Without_a_quorum_a_checkpoint_is_good_and_self_attested()
    {
        var verdict = Parse($"log {WitnessKeys.Log.Verifier}\nquorum none").Evaluate(WitnessKeys.Signed(WitnessKeys.Checkpoint(3)));

        Assert.True(verdict.IsGood);
        Assert.True(verdict.IsSelfAttestedOnly);
        Assert.False(verdict.AsksForWitnesses);
    }

    [Fact]
    public void A_witness_counts_once_and_unknown_ones_do_not()
    {
        var stranger = WitnessKeys.Witness("x1.example", 77);

        var verdict = Parse(Example).Evaluate(WitnessKeys.Signed(WitnessKeys.Checkpoint(300), X1, X1, stranger, Y1));

        Assert.Equal(["X1", "Y1"], verdict.Cosignatures.Select(cosignature => cosignature.Witness.Name));
        Assert.False(verdict.QuorumMet);
    }

    [Fact]
    public void A_checkpoint_of_another_log_or_with_a_wrong_cosignature_is_refused()
    {
        var policy = Parse(Example);
        var checkpoint = WitnessKeys.Checkpoint(300);
        var other = new Checkpoint("other.example", 300, checkpoint.Root);
        var wrong = SignedNote.Create(checkpoint.ToString(), [WitnessKeys.Log.Sign(checkpoint.ToString()), X1.Cosign(WitnessKeys.Checkpoint(299), DateTimeOffset.UnixEpoch)]);

        Assert.NotNull(policy.Evaluate(SignedNote.Create(other.ToString(), [WitnessKeys.Note("other.example", 9).Sign(other.ToString())])).Error);
        Assert.NotNull(policy.Evaluate(SignedNote.Create(other.ToString(), [WitnessKeys.Log.Sign(other.ToString())])).Error);
        Assert.NotNull(policy.Evaluate(SignedNote.Create(checkpoint.ToString(), [X1.Cosign(checkpoint, DateTimeOffset.UnixEpoch)])).Error);
        Assert.NotNull(policy.Evaluate(wrong).Error);
    }

    [Theory]
    [InlineData("quorom none", "Line 1: 'quorom' is none of")]
    [InlineData("quorum none\nquorum none", "Line 2: there is a second quorum")]
    [InlineData("quorum absent", "Line 1: the quorum 'absent'")]
    [InlineData("", "no line 'quorum'")]
    [InlineData("quorum", "Line 1: 'quorum' has another number of fields")]
    [InlineData("\n\ngroup g any\nquorum g", "Line 3: the group 'g' has no members")]
    [InlineData("group g any absent\nquorum g", "Line 1: 'absent' is no witness or group")]
    [InlineData("witness none {X1}\nquorum none", "Line 1: 'none' can't be a name")]
    [InlineData("witness a {X1}\nwitness a {X2}\nquorum a", "Line 2: the name 'a' is there twice")]
    [InlineData("witness a {X1}\nwitness b {X1}\nquorum a", "Line 2: the witness's key")]
    [InlineData("log {L}\nlog {L}\nquorum none", "Line 2: the log's key")]
    [InlineData("witness a {X1}\ngroup g any a a\nquorum g", "Line 2: 'a' is a member already")]
    [InlineData("witness a {X1}\ngroup g any a\ngroup h any a\nquorum h", "Line 3: 'a' is a member already")]
    [InlineData("witness a {X1}\ngroup g 2 a\nquorum g", "Line 2: '2' is none of any, all, 1 to 1")]
    [InlineData("witness a {X1}\ngroup g 0 a\nquorum g", "Line 2: '0' is none of")]
    [InlineData("witness a {X1}\ngroup g 01 a\nquorum g", "Line 2: '01' is none of")]
    [InlineData("witness a {L}\nquorum a", "Line 1: the key of witness a is no cosigner's")]
    [InlineData("log {X1}\nquorum none", "Line 1: the key of log x1.example is no Ed25519")]
    [InlineData("log {L} ftp://x\nquorum none", "Line 1: 'ftp://x' is no http or https address")]
    [InlineData("# operator a Somebody\nquorum none", "Line 1: the operator is of 'a'")]
    [InlineData("quorum none\r\n", "Line 1: there is a control character")]
    public void What_is_wrong_is_named_with_its_line(string text, string error)
    {
        text = text.Replace("{L}", WitnessKeys.Log.Verifier.ToString(), StringComparison.Ordinal)
            .Replace("{X1}", X1.Verifier.ToString(), StringComparison.Ordinal)
            .Replace("{X2}", X2.Verifier.ToString(), StringComparison.Ordinal);

        Assert.False(WitnessPolicy.TryParse(Encoding.UTF8.GetBytes(text), out _, out var found));
        Assert.StartsWith(error, found.Replace("The policy has ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void The_logs_of_a_file_are_read_without_a_quorum()
    {
        Assert.True(WitnessPolicy.TryParseLogs(Encoding.UTF8.GetBytes($"# ours\nlog {WitnessKeys.Log.Verifier}\n"), out var logs, out _));
        Assert.Equal(WitnessKeys.Log.Verifier, Assert.Single(logs).Key);
        Assert.False(WitnessPolicy.TryParseLogs("# nothing\n"u8, out _, out _));
    }

    /// <summary>A cut file either lacks its quorum or says something else; no cut of it is another policy with the same quorum.</summary>
    [Fact]
    public void A_policy_that_is_cut_or_changed_is_read_or_refused_and_never_throws()
    {
        foreach (var cut in TlogMutations.Truncations(File))
        {
            if (WitnessPolicy.TryParse(cut, out var policy, out _)) Assert.True(cut.Length >= File.Length - 2, policy.QuorumName);
        }

        foreach (var (_, flipped) in TlogMutations.BitFlips(File)) _ = WitnessPolicy.TryParse(flipped, out _, out _);
        foreach (var file in TlogMutations.Fuzz(File, 20261125, 3000)) _ = WitnessPolicy.TryParse(file, out _, out _);
    }

    static WitnessPolicy Parse(string text)
    {
        Assert.True(WitnessPolicy.TryParse(Encoding.UTF8.GetBytes(text), out var policy, out var error), error);
        return policy;
    }
}
