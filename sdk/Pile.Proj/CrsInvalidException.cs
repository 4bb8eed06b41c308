using Pile.Format;

namespace Pile.Proj;

/// <summary>A coordinate reference system is unknown, malformed, or cannot be used for what it is wanted for.</summary>
/// <param name="definition">Its definition as given; long ones are shortened in the message.</param>
/// <param name="finding">What is wrong.</param>
/// <param name="remedy">What to do next.</param>
internal sealed class CrsInvalidException(string definition, string finding, string remedy)
    : PileException($"The coordinate reference system '{(definition.Length <= 80 ? definition : definition[..80] + "…")}' {finding}. "
        + $"{remedy}.")
{
    /// <summary>The definition as given.</summary>
    public string Definition { get; } = definition;

    /// <summary>What is wrong with it, as the end of a sentence.</summary>
    public string Finding { get; } = finding;
}
