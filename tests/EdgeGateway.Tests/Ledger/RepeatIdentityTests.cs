using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Ledger;

public sealed class RepeatIdentityTests
{
    static readonly Hash A = Hash.Parse(new string('a', 64));
    static readonly Hash B = Hash.Parse(new string('b', 64));
    static readonly TimeSpan Week = TimeSpan.FromDays(7);

    [Fact]
    public void With_an_id_the_key_is_device_and_id_and_without_one_device_and_digest()
    {
        Assert.Equal(Of("d", "e", A).Key, Of("d", "e", B).Key);
        Assert.NotEqual(Of("d", null, A).Key, Of("d", null, B).Key);
        Assert.NotEqual(Of("d", "e", A).Key, Of("d", "f", A).Key);
        Assert.NotEqual(Of("d", "e", A).Key, Of("c", "e", A).Key);
        Assert.NotEqual(Of("d", null, A).Key, Of("d", "", A).Key);
        Assert.True(Of("d", "", A).HasId);
        Assert.False(Of("d", null, A).HasId);
    }

    [Fact]
    public void A_device_cannot_write_an_id_that_reaches_into_another_s()
    {
        Assert.NotEqual(Of("cam-1", "1x", A).Key, Of("cam-11", "x", A).Key);
        Assert.NotEqual(Of("cam-1", "\u0001" + new string('\0', 32), A).Key, Of("cam-1", null, default).Key);
    }

    [Fact]
    public void Ids_of_any_length_are_told_apart_to_the_last_character()
    {
        foreach (var length in new[] { 1, 100, 320, 330, 340, 1000, 100_000 })
        {
            var id = new string('é', length);
            Assert.NotEqual(Of("d", id + "a", A).Key, Of("d", id + "b", A).Key);
            Assert.Equal(Of("d", id, A), Of("d", id, A));
        }
    }

    [Fact]
    public void A_conflict_has_a_key_of_its_own_for_each_digest()
    {
        Assert.NotEqual(Of("d", "e", A).ConflictKey, Of("d", "e", B).ConflictKey);
        Assert.NotEqual(Of("d", "e", A).ConflictKey, Of("d", "f", A).ConflictKey);
        Assert.NotEqual(Of("d", "e", A).ConflictKey, Of("d", "e", A).Key);
    }

    [Fact]
    public void A_window_is_of_whole_seconds_that_the_ledger_s_files_can_hold()
    {
        Assert.Equal(TimeSpan.FromSeconds(1), RepeatIdentity.Of("d", null, A, TimeSpan.FromMilliseconds(1999)).Window);
        Assert.Equal(RepeatIdentity.LongestWindow, RepeatIdentity.Of("d", null, A, RepeatIdentity.LongestWindow).Window);
        Assert.Throws<ArgumentOutOfRangeException>(() => RepeatIdentity.Of("d", null, A, TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => RepeatIdentity.Of("d", null, A, TimeSpan.MaxValue));
    }

    static RepeatIdentity Of(string device, string? id, in Hash digest) => RepeatIdentity.Of(device, id, digest, Week);
}
