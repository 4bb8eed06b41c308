namespace Pile.Format;

/// <summary>An alias refers to an unknown column, or its expression cannot be evaluated.</summary>
/// <param name="alias">The name of the alias.</param>
/// <param name="finding">What is wrong, with similar names.</param>
/// <param name="inner">The exception of DuckDB.</param>
internal sealed class AliasInvalidException(string alias, string finding, Exception? inner = null)
    : PileException($"alias '{alias}': {finding}. Correct the alias; it can use the light columns by their index names.", inner)
{
    /// <summary>The name of the alias.</summary>
    public string Alias { get; } = alias;

    /// <summary>What is wrong.</summary>
    public string Finding { get; } = finding;
}
