namespace Pile.Format;

/// <summary>An alias names a column that there is not, or its expression does not evaluate.</summary>
/// <param name="alias">The name that the alias gives.</param>
/// <param name="finding">What is wrong with it, and what comes near.</param>
/// <param name="inner">What DuckDB said.</param>
internal sealed class AliasInvalidException(string alias, string finding, Exception? inner = null)
    : PileException($"alias '{alias}': {finding}. Correct the alias; it sees the light columns by their index names.", inner)
{
    /// <summary>The name that the alias gives.</summary>
    public string Alias { get; } = alias;

    /// <summary>What is wrong with it.</summary>
    public string Finding { get; } = finding;
}
