using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Runs the builder of a recipe's source without writing anything.</summary>
internal static class BuilderRuns
{
    /// <summary>The builder of a source that is given as YAML; its files lie below tests/data, or below a folder.</summary>
    internal static IDatasetBuilder Builder(string sourceYaml, string? folder = null, Action<SourceNote>? onNote = null, bool skipBadRows = false, Action<SkippedRow>? onSkip = null)
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
            """, "test.yaml", folder ?? TestPaths.Data(""));
        recipe.Source.OnNote = onNote;
        recipe.Source.OnSkip = onSkip;
        recipe.Source.SkipBadRows = skipBadRows;
        return new BuilderRegistry(SourceBuilders.All).Create(recipe.Source);
    }

    /// <summary>All batches of all units.</summary>
    internal static async Task<List<RowBatch>> ReadAllAsync(this IDatasetBuilder builder, CancellationToken cancellationToken)
    {
        List<RowBatch> batches = [];
        await foreach (SourceUnit unit in builder.PlanAsync(cancellationToken))
            await foreach (RowBatch batch in builder.ReadAsync(unit, cancellationToken))
                batches.Add(batch);
        return batches;
    }
}
