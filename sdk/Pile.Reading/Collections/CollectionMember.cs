namespace Pile.Reading;

/// <summary>A dataset of a collection.</summary>
/// <param name="Name">Its name in the collection: ASCII letters, digits and <c>_</c>, beginning with a letter.</param>
/// <param name="Address">Its folder or address, resolved against the collection's.</param>
/// <param name="Description">A description of one line; null without one.</param>
public sealed record CollectionMember(string Name, string Address, string? Description);
