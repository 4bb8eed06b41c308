namespace Pile.Builders;

/// <summary>A builder with messages about its whole source, which it would otherwise repeat for many rows.</summary>
internal interface INotingBuilder
{
    /// <summary>The messages; complete when all units are read.</summary>
    IEnumerable<string> Notes { get; }
}
