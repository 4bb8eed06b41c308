namespace Pile.Rasters.Tests;

public class BlockBuffersTests
{
    [Fact]
    public void A_buffer_is_at_most_an_eighth_larger_than_its_bytes()
    {
        Random random = new(1);
        for (int i = 0; i < 10_000; i++)
        {
            int bytes = random.Next(1, 1 << random.Next(1, 31));
            Assert.InRange(BlockBuffers.SizeFor(bytes), bytes, bytes + Math.Max(64, bytes / 8));
        }
    }

    [Fact]
    public void A_buffer_is_used_again_unless_too_many_are_unused()
    {
        BlockBuffers buffers = new(unusedBytes: 4096);
        byte[] first = buffers.Rent(3000), second = buffers.Rent(3000);
        buffers.Return(first);
        buffers.Return(second); // dropped
        Assert.Same(first, buffers.Rent(2900));
        Assert.NotSame(second, buffers.Rent(2900));
        buffers.Return(first);
        Assert.NotSame(first, buffers.Rent(2000));
        Assert.Same(first, buffers.Rent(3000));
    }
}
