using EdgeGateway.Simulators.Runs;

namespace EdgeGateway.Tests.Simulators.Runs;

public class ClipDiskTests
{
    [Fact]
    public void After_it_is_filled_one_clip_fits_and_the_next_only_once_all_are_sealed()
    {
        var disk = new ClipDisk();
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        disk.Add(first.Task);
        disk.Fill();
        Assert.True(disk.HasRoom);
        disk.Add(second.Task);
        Assert.False(disk.HasRoom);
        first.SetResult();
        Assert.False(disk.HasRoom);
        second.SetResult();
        Assert.True(disk.HasRoom);
        disk.Add(new TaskCompletionSource().Task);
        Assert.True(disk.HasRoom);
    }

    [Fact]
    public void A_replay_takes_the_oldest_answered_of_the_last_messages()
    {
        var memory = new SentMemory();
        Assert.Null(memory.Oldest(_ => true));
        for (var n = 1; n <= 70; n++) memory.Add(Support.SimSome.Message(n));
        Assert.Equal(7, memory.Oldest(_ => true)?.Number);
        Assert.Equal(9, memory.Oldest(message => message.Number > 8)?.Number);
    }
}
