using Pile.Hdf5;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Hdf5;

/// <summary>The bytes of remote files are read in blocks, which are kept.</summary>
public class StoredSourceTests
{
    [Fact]
    public void Remote_metadata_is_read_with_few_requests()
    {
        string path = TestPaths.Data("hdf5/jhdf/fixed_array_paged_datasets.hdf5");
        using CountingFile remote = new(File.ReadAllBytes(path));
        using ForeignFile file = ForeignFile.Open(path, new StoredSource(remote, isRemote: true));
        int datasets = 0;
        foreach (ForeignEntry entry in file.Walk().Where(entry => entry.Kind is ForeignEntryKind.Dataset))
        {
            ForeignDataset dataset = file.OpenDataset(entry);
            Assert.NotEqual(0, dataset.Pieces(0, dataset.RowCount).Length);
            byte[] row = new byte[dataset.RowBytes];
            dataset.Read(0, 1, row);
            datasets++;
        }
        Assert.Equal((6, 1), (datasets, remote.Requests));
    }

    [Fact]
    public void Bytes_of_all_blocks_are_those_of_the_file()
    {
        byte[] bytes = new byte[(12 << 20) + 77];
        new Random(5).NextBytes(bytes);
        using CountingFile remote = new(bytes);
        using StoredSource source = new(remote, isRemote: true);
        Random random = new(7);
        for (int i = 0; i < 500; i++)
        {
            byte[] part = new byte[random.Next(i % 50 is 0 ? 3 << 20 : 70_000)];
            int offset = random.Next(bytes.Length - part.Length + 1);
            source.Read(offset, part);
            Assert.True(part.AsSpan().SequenceEqual(bytes.AsSpan(offset, part.Length)));
        }
        Assert.InRange(remote.Requests, 13, 499);
        Assert.Throws<EndOfStreamException>(() => source.Read(bytes.Length - 3, new byte[4]));
    }

    private sealed class CountingFile(byte[] bytes) : IRandomAccessFile
    {
        internal int Requests { get; private set; }

        public long LengthBytes => bytes.Length;

        public void Read(long offsetBytes, Span<byte> destination)
        {
            Requests++;
            if (offsetBytes + destination.Length > bytes.Length)
                throw new EndOfStreamException();
            bytes.AsSpan((int)offsetBytes, destination.Length).CopyTo(destination);
        }

        public ValueTask ReadAsync(long offsetBytes, Memory<byte> destination, CancellationToken cancellationToken = default)
        {
            Read(offsetBytes, destination.Span);
            return ValueTask.CompletedTask;
        }

        public ValueTask ReadRangesAsync(ReadOnlyMemory<FileRange> ranges, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
