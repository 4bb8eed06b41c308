namespace Pile.Builders.Sources;

/// <summary>The builders that are part of Pile.</summary>
public static class SourceBuilders
{
    /// <summary>All builders of this assembly.</summary>
    public static BuilderRegistry All { get; } = BuilderRegistry.Of(typeof(SourceBuilders).Assembly);
}
