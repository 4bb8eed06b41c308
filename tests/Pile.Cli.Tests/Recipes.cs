namespace Pile.Cli.Tests;

/// <summary>Recipes for tests.</summary>
internal static class Recipes
{
    /// <summary>Returns a recipe with a source.</summary>
    internal static string Text(string modality, string source) => $$"""
        pile: 1
        name: test
        modality: {{modality}}
        provenance: { project: p, survey: s, instrument: i, release: r }
        licence: CC0-1.0
        citation: none
        source:
          {{source.ReplaceLineEndings("\n").Replace("\n", "\n  ", StringComparison.Ordinal)}}

        """;
}
