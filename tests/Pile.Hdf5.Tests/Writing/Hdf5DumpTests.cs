using System.Diagnostics;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Writing;

public class Hdf5DumpTests
{
    [Fact] // h5dump is independent of h5py
    public void H5dump_prints_the_expected_header()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["shard.hdf5"]))
        {
            writer.Attributes.Write("title", "λ");
            writer.CreateContiguous("object_id", DType.String, [2], 16).WriteRowBytes(0, new byte[32]);
            writer.CreateContiguous("primary", DType.Bool, [2]).WriteRows<bool>(0, [true, false]);
            Hdf5DatasetWriter flux = writer.CreateChunked("spectrum_flux", DType.Float32, [2, 3], [1, 3], PieceCodec.ShuffleDeflate);
            flux.Attributes.Write("order", 4L);
            flux.Attributes.Write("bands", ["g", "r"]);
            writer.Close();
        }
        ProcessStartInfo start = new("/usr/bin/h5dump", ["-H", "-p", "shard.hdf5"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            UseShellExecute = false
        };
        using Process process = Process.Start(start)!;
        string dump = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(File.ReadAllText(TestPaths.Data("hdf5/shard.h5dump.txt")), dump);
    }
}
