namespace Pile.Cli.Tests;

/// <summary>Recipes as tests write them.</summary>
internal static class Recipes
{
    /// <summary>A recipe around a source.</summary>
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
