using Pile.Builders;
using Pile.Builders.Sources;
using Pile.Reading;

namespace Pile.Tests;

/// <summary>Datasets built from tables, deleted after the test.</summary>
internal sealed class TemporaryTables : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pile-matching-");

    public void Dispose() => folder.Delete(recursive: true);

    internal string PathOf(string name) => Path.Combine(folder.FullName, name);

    internal async Task<string> WriteAsync(string name, string text)
    {
        string path = PathOf(name);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }

    internal async Task<Dataset> BuildAsync(string name, string table, string ending = "csv", string? timeScale = null)
    {
        await WriteAsync($"{name}.{ending}", table);
        Recipe recipe = RecipeReader.Read($"""
            pile: 1
            name: {name}
            provenance: {"{ project: p, survey: s, instrument: i, release: r }"}
            licence: CC0-1.0
            citation: none
            source: {"{"} kind: table, files: {name}.{ending} {"}"}
            {(timeScale is null ? "" : $"options: {{ time_scale: {timeScale} }}")}
            """, "test.yaml", folder.FullName);
        string output = PathOf(name);
        await BuildRun.RunAsync(recipe, SourceBuilders.All, output, new BuildSettings(), TestContext.Current.CancellationToken);
        return await Dataset.OpenAsync(output, cancellationToken: TestContext.Current.CancellationToken);
    }
}
