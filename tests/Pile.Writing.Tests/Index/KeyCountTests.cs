using Pile.Format;
using Pile.Sky;
using Pile.Writing.Index;

namespace Pile.Writing.Tests.Index;

/// <summary>The cells that are chosen by the bytes of rows.</summary>
public class KeyCountTests
{
    private const long Shard = 1 << 20;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(12, 0)] // the pixels of order 0 have a shard each
    [InlineData(13, 1)]
    [InlineData(48, 1)]
    [InlineData(49, 2)]
    [InlineData(192, 2)]
    public void Cells_do_not_exceed_a_shard(int shards, int order)
    {
        SkyCounts counts = new();
        long pixels = Healpix.PixelCount(6);
        for (long pixel = 0; pixel < pixels; pixel++)
            counts.Add(pixel << (2 * (Healpix.MaxOrder - 6)), shards * Shard / pixels);
        Assert.Equal(order, counts.PartitionFor(Spec).Order);
    }

    [Fact]
    public void Rows_at_one_position_do_not_make_all_other_cells_tiny()
    {
        SkyCounts counts = new();
        for (int row = 0; row < 400; row++)
            counts.Add(77, Shard / 100);
        Assert.Equal(8, counts.PartitionFor(Spec).Order); // one cell, whatever the order
        for (long pixel = 0; pixel < Healpix.PixelCount(8); pixel++)
            counts.Add(pixel << (2 * (Healpix.MaxOrder - 8)), 100);
        // 80 MB and 4 MB of a shard of 1 MiB: cells of 4 KiB on average would be of order 6, whose pixels are 49,152.
        Assert.Equal(5, counts.PartitionFor(Spec).Order);
    }

    [Fact]
    public void Deep_fields_have_cells_of_their_own()
    {
        SkyCounts counts = new();
        for (int field = 0; field < 20; field++)
            counts.Add(Healpix.AngToPix(Healpix.MaxOrder, field * 18, (field * 8) - 80), 5 * Shard);
        Assert.Equal(8, counts.PartitionFor(Spec).Order);
    }

    [Fact]
    public void Bytes_of_all_rows_are_added_where_the_rows_are()
    {
        KeyCounts[] added = [new SkyCounts(), new HashCounts()], known = [new SkyCounts(), new HashCounts()];
        Random random = new(1);
        for (int row = 0; row < 10_000; row++)
        {
            long[] keys = [random.NextInt64(Healpix.PixelCount(Healpix.MaxOrder)), IndexKey.OfId(row)];
            for (int i = 0; i < keys.Length; i++)
            {
                added[i].Add(keys[i], row % 7);
                known[i].Add(keys[i], (row % 7) + 5000);
            }
        }
        DatasetSpec ids = Spec with { Frame = null };
        Assert.NotEqual(known[0].PartitionFor(Spec).Order, added[0].PartitionFor(Spec).Order);
        Assert.NotEqual(known[1].PartitionFor(ids).Bits, added[1].PartitionFor(ids).Bits);
        foreach (KeyCounts counts in added)
            counts.AddToRows(5000);
        Assert.Equal(known[0].PartitionFor(Spec).Order, added[0].PartitionFor(Spec).Order);
        Assert.Equal(known[1].PartitionFor(ids).Bits, added[1].PartitionFor(ids).Bits);
    }

    private static DatasetSpec Spec => Zoo.Spec with { Order = null, TargetShardBytes = Shard };
}
