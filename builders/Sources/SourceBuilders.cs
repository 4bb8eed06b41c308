namespace Pile.Builders.Sources;

/// <summary>The builders that come with Pile.</summary>
public static class SourceBuilders
{
    /// <summary>All builders of this assembly.</summary>
    public static BuilderRegistry All { get; } = BuilderRegistry.Of(typeof(SourceBuilders).Assembly);
}
