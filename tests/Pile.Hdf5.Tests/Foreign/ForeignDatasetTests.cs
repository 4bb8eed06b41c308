using System.IO.Compression;
using System.Runtime.InteropServices;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Foreign;

/// <summary>The pieces of rows, and the errors of datasets whose values Pile does not read.</summary>
public class ForeignDatasetTests
{
    [Theory]
    [InlineData("earliest", "None")]
    [InlineData("latest", "None")]
    [InlineData("latest", "(None, 5)")]
    [InlineData("latest", "(None, None)")]
    public void Pieces_of_rows_are_the_chunks_that_h5py_reports(string version, string most)
    {
        using TemporaryFolder folder = new();
        using ForeignFile file = ForeignFile.Open(ForeignSamples.WriteOne(folder, version, $"""
            d = f.create_dataset('x', (20, 5), 'i4', chunks=(3, 2), maxshape={most}, compression='gzip', fillvalue=-1)
            d[:12] = np.arange(60).reshape(12, 5); d[18, 4] = 7
            """));
        ForeignDataset dataset = file.OpenDataset("x");
        long[] first = new long[2];
        Assert.Equal(3, dataset.Pieces(0, 1).Length);
        Assert.Equal(6, dataset.Pieces(2, 2).Length);
        Assert.Equal(12, dataset.Pieces(0, 18).Length);
        Assert.Equal(0, dataset.Pieces(12, 6).Length);
        Assert.Equal(3, dataset.CountChunks(18, 2));
        ForeignPiece last = Assert.Single(dataset.Pieces(18, 2).ToArray());
        dataset.FirstElement(last, first);
        Assert.Equal([18, 4], first);
        int[] rows = new int[20 * 5];
        dataset.Read(11, 9, MemoryMarshal.AsBytes(rows.AsSpan(0, 45)));
        Assert.Equal([.. Enumerable.Range(55, 5), .. Enumerable.Repeat(-1, 34), 7, .. Enumerable.Repeat(-1, 5)], rows[..45]);
        Assert.Throws<Hdf5Exception>(() => dataset.Pieces(19, 2));
        Assert.Throws<Hdf5Exception>(() => dataset.Read(-1, 1, new byte[20]));
        Assert.Throws<ArgumentException>(() => dataset.Read(0, 1, new byte[19]));
    }

    [Fact]
    public void A_piece_has_the_stored_bytes_of_its_rows()
    {
        using TemporaryFolder folder = new();
        string path = ForeignSamples.WriteOne(folder, "earliest",
            "f['plain'] = np.arange(30, dtype='u1').reshape(10, 3); f.create_dataset('zipped', data=np.arange(200, dtype='u1'), "
            + "chunks=(50,), compression='gzip'); f['one'] = 5; f['none'] = np.zeros((0, 3)); f.create_dataset('unwritten', (4,), 'i4')");
        byte[] bytes = File.ReadAllBytes(path);
        using ForeignFile file = ForeignFile.Open(path);
        ForeignPiece rows = Assert.Single(file.OpenDataset("plain").Pieces(2, 3).ToArray());
        Assert.Equal(Enumerable.Range(6, 9).Select(i => (byte)i), bytes[(int)rows.Offset..(int)(rows.Offset + rows.StoredBytes)]);
        ForeignPiece chunk = file.OpenDataset("zipped").Pieces(60, 1).Span[0];
        byte[] raw = new byte[50];
        using ZLibStream stream = new(new MemoryStream(bytes, (int)chunk.Offset, (int)chunk.StoredBytes), CompressionMode.Decompress);
        stream.ReadExactly(raw);
        Assert.Equal(Enumerable.Range(50, 50).Select(i => (byte)i), raw);
        Assert.Equal(8, Assert.Single(file.OpenDataset("one").Pieces(0, 1).ToArray()).StoredBytes);
        Assert.Equal(0, file.OpenDataset("none").Pieces(0, 0).Length);
        Assert.Equal(0, file.OpenDataset("unwritten").Pieces(0, 4).Length);
    }

    [Theory]
    [InlineData("netcdf/ref_szip.h5", "dset_szip", "filter szip")]
    [InlineData("purehdf/bzip2.h5", "bzip2", "filter bzip2")]
    [InlineData("purehdf/bitshuffle.h5", "bitshuffle", "filter bitshuffle")]
    [InlineData("jhdf/lz4_datasets.hdf5", "float32_bs0", "filter lz4")]
    [InlineData("pytables/blosc_bigendian.h5", "i1", "filter blosc")]
    [InlineData("pytables/b2nd-no-chunkshape.h5", "data", "filter blosc2")]
    [InlineData("hdf5plugin/zfp_050.h5", "compressed", "filter zfp")]
    [InlineData("purehdf/scaleoffset.h5", "int16_fill", "filter scaleoffset")]
    [InlineData("derived-vds/virtual.h5", "strain", "'virtual dataset'")]
    [InlineData("pyfive/references.hdf5", "ref_dataset", "references to objects")]
    [InlineData("pytables/times-nested-be.h5", "earr32", "times have no defined meaning")]
    public void Values_that_are_not_read_are_named(string name, string dataset, string expected)
    {
        string path = TestPaths.Data($"hdf5/{name}");
        using ForeignFile file = ForeignFile.Open(path);
        ForeignDataset found = file.OpenDataset(dataset);
        Hdf5Exception e = Assert.Throws<Hdf5Exception>(() => found.Read(0, 1, new byte[found.RowBytes]));
        Assert.Equal((path, dataset), (e.FilePath, e.Item));
        Assert.True(e.IsUnsupported);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void External_storage_is_not_read()
    {
        using TemporaryFolder folder = new();
        using ForeignFile file = ForeignFile.Open(ForeignSamples.WriteOne(folder, "earliest",
            "f.create_dataset('x', (4,), 'i8', external=[('outside.raw', 0, 32)])"));
        ForeignDataset dataset = file.OpenDataset("x");
        Assert.Equal(ForeignStorage.External, dataset.Storage);
        Assert.Contains("external storage", Assert.Throws<Hdf5Exception>(() => dataset.Read(0, 1, new byte[8])).Message,
            StringComparison.Ordinal);
        Assert.Throws<Hdf5Exception>(() => dataset.Pieces(0, 1));
    }

    [Fact]
    public void A_file_that_was_not_closed_is_rejected()
    {
        string path = TestPaths.Data("hdf5/jhdf/test_byteshuffle_compressed_datasets_latest.hdf5");
        Assert.Contains("open for writing", Assert.Throws<Hdf5Exception>(() => ForeignFile.Open(path)).Message, StringComparison.Ordinal);
    }
}
