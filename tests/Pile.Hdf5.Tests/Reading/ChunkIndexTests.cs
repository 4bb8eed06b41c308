using Pile.Format;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Reading;

public class ChunkIndexTests
{
    [Fact]
    public void The_pieces_of_a_row_are_contiguous()
    {
        const int rows = 3000;
        using TemporaryFolder folder = new();
        string[] names = ["flux", "ivar", "lsf", "mask"];
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            writer.Attributes.Write("title", "side by side");
            writer.CreateContiguous("ra", DType.Float64, [rows]).WriteRows<double>(0, new double[rows]);
            writer.CreateContiguous("dec", DType.Float64, [rows]).WriteRows<double>(0, new double[rows]);
            Hdf5DatasetWriter[] heavy =
                [.. names.Select(name => writer.CreateChunked(name, DType.Float32, [rows, 8, 50], [1, 8, 50], PieceCodec.ShuffleDeflate))];
            byte[] stored = new byte[4000];
            Random random = new(1);
            random.NextBytes(stored);
            for (int row = 0; row < rows; row++)
                foreach (Hdf5DatasetWriter dataset in heavy)
                    dataset.WriteChunk([row, 0, 0], stored.AsSpan(0, random.Next(300, 4000)));
            writer.Close();
        }
        using Hdf5File file = Hdf5File.Open(folder["a.h5"]);
        Hdf5Piece[][] pieces = [.. names.Select(name => file.OpenDataset(name).ReadChunkIndex().ByRow())];
        long end = pieces[0][0].Offset;
        int gaps = 0;
        foreach (int row in Enumerable.Range(0, rows))
            foreach (Hdf5Piece[] column in pieces)
            {
                gaps += column[row].Offset == end ? 0 : 1;
                end = column[row].Offset + column[row].StoredBytes;
            }
        Assert.Equal(0, gaps);
        long data = pieces.Sum(column => column.Sum(piece => (long)piece.StoredBytes)) + (2 * 8 * rows);
        Assert.InRange(file.LengthBytes - data, 0, 60L * names.Length * rows);
    }
}
