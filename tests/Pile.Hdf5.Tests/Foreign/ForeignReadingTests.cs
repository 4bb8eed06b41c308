using Pile.TestKit;

namespace Pile.Hdf5.Tests.Foreign;

/// <summary>Files of other programs have the contents that h5py reads.</summary>
public class ForeignReadingTests
{
    [Theory]
    [InlineData("earliest", "layouts", "kinds", "spaces")]
    [InlineData("v108", "layouts", "kinds", "spaces", Traits = ["Run", "Long"])]
    [InlineData("v110", "layouts", "kinds", "spaces", Traits = ["Run", "Long"])]
    [InlineData("latest", "layouts", "kinds", "spaces")]
    [InlineData("earliest", "many", "links", Traits = ["Run", "Long"])]
    [InlineData("v108", "many", "links", Traits = ["Run", "Long"])]
    [InlineData("latest", "many", "links")]
    public void Files_of_h5py_are_read_as_by_h5py(string version, params string[] parts)
    {
        using TemporaryFolder folder = new();
        AssertSame(ForeignSamples.Write(folder, version, parts));
    }

    [Fact]
    public void Files_of_other_programs_are_read_as_by_h5py() =>
        AssertSame([.. Directory.EnumerateFiles(TestPaths.Data("hdf5"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(path => !path.EndsWith(".txt", StringComparison.Ordinal) && !path.EndsWith("byteshuffle_compressed_datasets_latest.hdf5",
                StringComparison.Ordinal))]);

    [Fact]
    public void A_shard_is_read_as_by_h5py() => AssertSame([.. Directory.EnumerateFiles(Path.Combine(TestPaths.Root,
        "format-spec/conformance/v1/valid"), "*.hdf5", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(8)]);

    private static void AssertSame(string[] paths)
    {
        Assert.NotEmpty(paths);
        string[] expected = ForeignDump.ByH5py(paths);
        for (int i = 0; i < paths.Length; i++)
        {
            Assert.Equal(expected[i].Split('\n'), ForeignDump.Of(paths[i]).Split('\n'));
            Assert.Equal(expected[i].Split('\n'), ForeignDump.Of(paths[i], rowsPerRead: 3).Split('\n'));
        }
    }
}
