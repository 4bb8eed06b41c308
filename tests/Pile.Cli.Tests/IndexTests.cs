using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile index rebuild</c>, and datasets that have lost their index.</summary>
public sealed class IndexTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_deleted_index_is_made_again_byte_for_byte()
    {
        foreach (string original in (string[])[built.Sky, built.Spectra, built.Cutouts])
        {
            string dataset = Copy(original, Path.GetFileName(original));
            Directory.Delete(Path.Combine(dataset, "main", "index"), recursive: true);
            JsonElement json = PileProgram.RunToJson("index", "rebuild", dataset);
            Assert.Equal(json.GetProperty("files").GetInt64(), json.GetProperty("changed").GetInt64() + (File.Exists(Path.Combine(dataset, "main/positions.parquet")) ? 1 : 0));
            Assert.Equal(Fingerprint.Of(original), Fingerprint.Of(dataset));
            Assert.Equal(0, PileProgram.Run("validate", dataset, "--deep").ExitCode);
            Assert.Contains("0 were missing or other", PileProgram.Run("index", "rebuild", dataset).Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Mistakes_and_damage_are_told()
    {
        Assert.Contains("The dataset 'nowhere' does not exist", PileProgram.RunToError(2, "index", "rebuild", "nowhere"), StringComparison.Ordinal);
        string dataset = Copy(built.Sky, "damaged");
        string shard = Directory.EnumerateFiles(dataset, "*.hdf5", SearchOption.AllDirectories).First();
        File.Delete(shard);
        Assert.Contains("is missing. Get it again", PileProgram.RunToError(1, "index", "rebuild", dataset), StringComparison.Ordinal);
    }

    private string Copy(string original, string name)
    {
        string copy = folder[name];
        foreach (string file in Directory.EnumerateFiles(original, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return copy;
    }
}
