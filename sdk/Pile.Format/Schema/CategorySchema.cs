namespace Pile.Format;

/// <summary>The meaning of one code of an integer column.</summary>
/// <param name="Code">The stored number.</param>
/// <param name="Name">The name of the class.</param>
public sealed record CategorySchema(long Code, string Name);
