using Pile.Format;

namespace Pile.Stac;

/// <summary>A document of a scene, or a link to one, is not valid. A caller that skips it continues with the next one.</summary>
/// <param name="problem">The kind of problem.</param>
/// <param name="source">The file or address.</param>
/// <param name="index">The index of the document in its source, from 0.</param>
/// <param name="id">The id of the scene, if it is known.</param>
/// <param name="field">The member, such as <c>assets.B04.proj:shape</c>; empty for the document as a whole.</param>
/// <param name="finding">What was found and what was expected.</param>
/// <param name="remedy">What to do next; empty if the finding says it.</param>
/// <param name="inner">The exception of the parser.</param>
internal sealed class SceneInvalidException(SceneProblem problem, string source, long index, string? id, string field, string finding,
    string remedy, Exception? inner = null) : PileException(Text(source, index, id, field, finding, remedy), inner)
{
    private const int LongestValue = 120;

    /// <summary>The kind of problem.</summary>
    internal SceneProblem Problem { get; } = problem;

    /// <summary>The file or address.</summary>
    internal string SourcePath { get; } = source;

    /// <summary>The index of the document in its source, from 0.</summary>
    internal long Index { get; } = index;

    /// <summary>The id of the scene; null if it is not known.</summary>
    internal string? Id { get; } = id;

    /// <summary>The member; empty for the document as a whole.</summary>
    internal string Field { get; } = field;

    /// <summary>What was found and what was expected.</summary>
    internal string Finding { get; } = finding;

    /// <summary>Returns a value of a document as it appears in messages: shortened, and with control characters replaced.</summary>
    internal static string Shown(string value) => ShownText.Of(value, LongestValue);

    private static string Text(string source, long index, string? id, string field, string finding, string remedy) =>
        $"{source}, item {index}{(id is null ? "" : $" ('{Shown(id)}')")}{(field.Length == 0 ? "" : $", '{Shown(field)}'")}: "
            + $"{finding.TrimEnd('.')}." + (remedy.Length == 0 ? "" : $" {remedy}.");
}
