using Pile.Builders.Sources;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Runs the builder of a recipe's source without writing anything.</summary>
internal static class BuilderRuns
{
    /// <summary>Creates the builder of a source in YAML, whose files are in tests/data or in a folder.</summary>
    internal static BuilderRun Builder(string sourceYaml, string? folder = null, Action<string>? onMessage = null, bool skipBadRows = false,
        Action<SkippedRow>? onSkip = null, string? grid = null)
    {
        string indented = string.Join('\n', sourceYaml.Split('\n').Select(line => "  " + line));
        Recipe recipe = RecipeReader.Read($"""
            pile: 1
            name: test
            provenance: {"{ project: p, survey: s, instrument: i, release: r }"}
            licence: CC0-1.0
            citation: none
            source:
            {indented}
            partition: {(grid is null ? "auto" : $"{{ grid: {grid} }}")}
            """, "test.yaml", folder ?? TestPaths.Data(""));
        return new(SourceBuilders.All.Create(recipe.Source), new() { OnMessage = onMessage, OnSkip = onSkip, SkipsBadRows = skipBadRows });
    }
}
