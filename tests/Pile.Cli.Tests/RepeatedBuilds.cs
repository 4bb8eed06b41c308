using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Pile.Cli.Tests;
using Pile.TestKit;

[assembly: AssemblyFixture(typeof(RepeatedBuilds))]

namespace Pile.Cli.Tests;

/// <summary>Datasets that several tests begin with: the program builds each of them once, and every test gets its own copy.</summary>
/// <remarks>For tests of what comes after the build, which takes a tenth of a second of processor time. Tests of builds run the
/// program.</remarks>
public sealed class RepeatedBuilds : IDisposable
{
    private const string Mounts = ".mounts.yaml";

    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentDictionary<string, Lazy<string>> built = new(StringComparer.Ordinal);

    /// <summary>Makes the dataset of a table in a folder that does not exist, with the columns that its names tell.</summary>
    internal void OfTable(string table, string output, params string[] options) =>
        Copy(Key([table], output, options), output, ["build", "--from", table, .. options]);

    /// <summary>Makes the dataset of a recipe in a folder that does not exist, and its mounts.</summary>
    /// <param name="recipe">It reads files beside it, and others only if no test changes them.</param>
    /// <param name="output">The folder.</param>
    /// <param name="options">More options of the command line.</param>
    internal void OfRecipe(string recipe, string output, params string[] options) => Copy(
        Key([recipe, .. Directory.EnumerateFiles(Path.GetDirectoryName(recipe)!).Where(file => Path.GetExtension(file) != ".yaml").Order(
            StringComparer.Ordinal)], output, options), output, ["build", recipe, .. options]);

    /// <summary>Copies the files of a dataset, which has the name of its folder, into a folder that does not exist.</summary>
    internal static void Copy(string dataset, string output)
    {
        foreach (string file in Directory.EnumerateFiles(dataset, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(output, Path.GetRelativePath(dataset, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private void Copy(string key, string output, string[] command)
    {
        string from = Built(key, output, command);
        Copy(from, output);
        if (File.Exists(from + Mounts))
            File.Copy(from + Mounts, output + Mounts);
    }

    private string Built(string key, string output, string[] command) => built.GetOrAdd(key, new Lazy<string>(() =>
    {
        string first = Path.Combine(Directory.CreateDirectory(folder[key]).FullName, Path.GetFileName(output));
        ProgramResult result = PileProgram.Run([.. command, "--out", first]);
        return result.ExitCode == 0 ? first : throw new InvalidOperationException($"{string.Join(' ', command)}: {result.Error}");
    })).Value;

    // A dataset has the name of its folder, and names its files.
    private static string Key(IEnumerable<string> files, string output, string[] options)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string text in (string[])[Path.GetFileName(output), .. options])
            hash.AppendData(Encoding.UTF8.GetBytes($"{text}\0"));
        foreach (string file in files)
        {
            byte[] bytes = File.ReadAllBytes(file);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(file)} {bytes.Length}\0"));
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
